import { ADVICE } from "../core/advice.ts";
import type { AttemptReport } from "../core/attempt.ts";
import type { Run } from "../core/run.ts";
import type { Section } from "../core/section.ts";
import type { Attempt } from "../database/attempts.ts";
import type { Entry } from "../database/journal.ts";
import type { ActionContext } from "./action.ts";
import { explainFacts } from "./explain.ts";
import type { Fact } from "./reply.ts";

type Known = { attempts: readonly Attempt[]; journal: readonly Entry[]; said: readonly Fact[] };

/** What is to be decided, what was decided, the machine's evidence for it, and marked as such what a model says of it. */
export async function decisionCard(context: ActionContext, run: Run, known: Known): Promise<Section> {
  const report = known.attempts.findLast(({ report: each }) => each !== null)?.report ?? null;
  return {
    kind: "facts",
    title: "decision",
    facts: [
      ["what", `${run.request.issue === null ? "" : `#${run.request.issue} `}${run.request.title}`],
      ...(await explainFacts(context, run, known.journal)),
      ...(report === null ? [["evidence", "none yet"] as const] : evidenceFacts(report)),
      ...known.said,
    ],
  };
}

function evidenceFacts({ evidence, grade }: AttemptReport): Fact[] {
  const { diff, verification, violations, weakenings } = evidence;
  const findings = [
    ...violations.map(({ rule, path }) => `${rule}${path === null ? "" : ` ${path}`}`),
    ...weakenings.map(({ kind, path }) => `${kind} ${path}`),
  ];
  return [
    ["evidence", `${grade.grade} (${grade.reason}): ${grade.because}`],
    ...(verification?.commands ?? []).map(
      ({ command, verdict, head }): Fact => ["tests", `${command}: ${verdict}, ${head.ran ?? "unknown"} ran`],
    ),
    [
      "change",
      diff === null ? "none" : `${diff.files.length} files, +${diff.addedLines} −${diff.deletedLines}`,
    ],
    ...findings.slice(0, 10).map((finding): Fact => ["finding", finding]),
    ["means", ADVICE[grade.reason].means],
    ["do", ADVICE[grade.reason].todo],
  ];
}
