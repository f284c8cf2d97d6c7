import { z } from "zod";
import type { Entry } from "../database/journal.ts";

/** What events may have to say beside their type; the rest of them is for programs. */
const Details = z
  .object({
    attempt: z.number(),
    grade: z.string(),
    by: z.string().nullable(),
    reason: z.string().nullable(),
    note: z.string().nullable(),
    bypass: z.string(),
    number: z.number(),
    sha: z.string().nullable(),
    failures: z.array(z.object({ name: z.string() })),
    feedback: z.object({ author: z.string() }),
    text: z.string(),
  })
  .partial();

const LONGEST = 300;

/** An event of the journal in one line. */
export function entryWords({
  event,
  fromState,
  toState,
}: Pick<Entry, "event" | "fromState" | "toState">): string {
  const { attempt, grade, by, reason, note, bypass, number, sha, failures, feedback, text } =
    Details.parse(event);
  const parts = [
    attempt === undefined ? null : `attempt ${attempt}`,
    grade,
    number === undefined ? null : `#${number}`,
    sha ? sha.slice(0, 12) : null,
    by ? `by ${by}` : null,
    feedback === undefined ? null : `from ${feedback.author}`,
    failures === undefined ? null : failures.map(({ name }) => name).join(", "),
    bypass === undefined ? null : `gate bypassed: ${bypass}`,
    ...[reason, note, text],
  ];
  const said = parts.filter((part) => part !== null && part !== undefined && part !== "").join(" · ");
  const moved = fromState === toState ? "" : ` (${fromState} → ${toState})`;
  return `${event.type.replace(".", " ").replaceAll("_", " ")}${moved}${said === "" ? "" : `: ${said.slice(0, LONGEST)}`}`;
}
