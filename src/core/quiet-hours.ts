import type { Policy } from "./policy.ts";

const DAY_MINUTES = 24 * 60;

/** Minutes until the quiet hours end; 0 outside of them. */
export function quietFor(hours: Policy["quiet_hours"], nowMs: number): number {
  if (hours === null) return 0;
  const [now, from, to] = [minuteOfDay(nowMs, hours.timezone), minutesOf(hours.from), minutesOf(hours.to)];
  const since = (now - from + DAY_MINUTES) % DAY_MINUTES;
  const length = (to - from + DAY_MINUTES) % DAY_MINUTES;
  return since < length ? length - since : 0;
}

function minuteOfDay(ms: number, timeZone: string): number {
  const shape = { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return minutesOf(new Intl.DateTimeFormat("en-GB", shape).format(ms));
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
