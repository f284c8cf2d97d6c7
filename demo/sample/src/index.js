const DAY_MS = 24 * 60 * 60 * 1000;

/** "2026-03-01" for any moment of that day, in UTC. */
export function formatDay(date) {
  return date.toISOString().slice(0, 10);
}

/** The same time of day, so many days later. */
export function addDays(date, days) {
  return new Date(date.getTime() + days * DAY_MS);
}
