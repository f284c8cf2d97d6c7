import { z } from "zod";
import { choice, whole, yesNo } from "./policy-key.ts";

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:00");

const QuietHours = z.strictObject({
  from: time.describe("Beginning, such as 22:00"),
  to: time.describe("End, such as 07:00; it may lie on the next day"),
  timezone: z
    .string()
    .refine(isTimeZone, "must be a time zone such as Europe/Zurich")
    .describe("Time zone by its name in the tz database"),
});

/** What happens once a pull request is open. */
export const FOLLOW_UP_KEYS = {
  ci_settle_sec: whole([0, 86_400], 60, "How long checks must have been quiet before they count as complete"),
  ci_grace_sec: whole([0, 86_400], 120, "How long to wait for checks where none has shown itself"),
  max_ci_fixes: whole([0, 1_000], 3, "Fixes for red checks without a green one between; 0: no limit"),
  rerun_flakes: yesNo(true, "Checks that look flaky are run again once before a fix is asked for"),
  objections: choice(
    ["note", "pause", "close"],
    "pause",
    "When a maintainer objects to the contribution: tell the operator, pause the run, or close the pull request",
  ),
  review_silence: whole(
    [0, 3_650],
    14,
    "Days without a reviewer's word before the operator is told; 0: never",
  ),
  feedback_wait_minutes: whole(
    [0, 43_200],
    0,
    "Minutes in which people may say what is done about a review or red checks; 0: the manager goes on at once",
  ),
  feedback_silence: choice(
    ["fix", "leave"],
    "fix",
    "What silence in that time means: the manager goes on, or the run is left to people and pauses",
  ),
  quiet_hours: QuietHours.nullable()
    .default(null)
    .describe("Hours in which nothing is said to people but what is urgent; null: none"),
};

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false; // the only thing that it refuses is the name
  }
}
