const TRY_AGAIN =
  /try again at (?:(?<month>[A-Z][a-z]{2}) (?<day>\d{1,2})(?:st|nd|rd|th)?, (?<year>\d{4}) )?(?<hour>\d{1,2}):(?<minute>\d\d) (?<half>[AP]M)/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Reads "try again at 10:21 AM" or "… at Nov 23rd, 2026 10:21 AM", local time as Codex prints it; a bare hour is the next one. */
export function readResetTime(message: string, now: number): number | null {
  const found = TRY_AGAIN.exec(message)?.groups;
  if (found === undefined) return null;
  const { month, day, year } = found;
  const hour = (Number(found.hour) % 12) + (found.half === "PM" ? 12 : 0);
  const minute = Number(found.minute);
  if (month !== undefined)
    return new Date(Number(year), MONTHS.indexOf(month), Number(day), hour, minute).getTime();
  const today = new Date(now).setHours(hour, minute, 0, 0);
  return today > now ? today : today + DAY_MS;
}
