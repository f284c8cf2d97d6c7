export type CommandLimits = {
  windowSec: number;
  /** Commands of one person, wherever; 0: no limit. */
  perUser: number;
  /** Commands of all people in one repository; 0: no limit. */
  perRepository: number;
};

/** `used` counts the commands of this comment too, which are `add`. */
export type Counted = { used: number; add: number; most: number };

/** Whether a comment's commands are carried out; of those that are too many only the first is answered. */
export function judgeCount({ used, add, most }: Counted): "within" | "first_over" | "over" {
  if (most === 0 || used <= most) return "within";
  return used - add <= most ? "first_over" : "over";
}

/** What somebody is told once. */
export function tooMany({ windowSec, ...of }: { windowSec: number; whose: string; most: number }): string {
  const time = windowSec % 60 === 0 ? `${windowSec / 60} minutes` : `${windowSec} seconds`;
  return `${of.whose} may give ${of.most} commands in ${time}, and these are more. Please write them again a little later; until then no further command is answered.`;
}
