import type { GateFacts } from "./gate.ts";
import {
  contract,
  evidence,
  failures,
  grade,
  preflight,
  protectedPaths,
  skills,
  violations,
  weakenings,
} from "./gate-evidence.ts";
import { type Finding, failure, holds } from "./gate-finding.ts";
import { archived, base, head, otherPull } from "./gate-surroundings.ts";
import { overBudget } from "./grading-budget.ts";
import type { State } from "./run.ts";

export type Check = {
  readonly id: string;
  readonly title: string;
  /** No bypass helps: what would be opened could not be vouched for, or would be refused when it is pushed. */
  readonly hard?: true;
  /** Judges what GitHub and git say now. */
  readonly outside?: true;
  judge(facts: GateFacts): Finding;
};

/** In the order in which people read them. */
export const GATE_CHECKS: readonly Check[] = [
  { id: "state", title: "The run waits for this step", hard: true, judge: state },
  { id: "change", title: "There is a sealed change", hard: true, judge: sealed },
  { id: "accepted", title: "The app has accepted exactly this change", hard: true, judge: accepted },
  { id: "digest", title: "The newest digest is of exactly this change", hard: true, judge: newest },
  { id: "contract", title: "The contract is there and valid", judge: contract },
  { id: "grade", title: "Grade and reason code are among the accepted", hard: true, judge: grade },
  { id: "preflight", title: "The preflight was in order", judge: preflight },
  { id: "violations", title: "No rule of safety was broken", hard: true, judge: violations },
  { id: "test_evidence", title: "Enough test commands were seen to run", judge: evidence },
  { id: "new_failures", title: "No test fails anew", judge: failures },
  { id: "budgets", title: "The change is within its budgets", hard: true, judge: budgets },
  { id: "protected_paths", title: "No protected path is touched", hard: true, judge: protectedPaths },
  { id: "weakened_tests", title: "Tests and checks are as strict as before", judge: weakenings },
  { id: "skills", title: "The attempt had the skills of its mode", judge: skills },
  { id: "base", title: "The base has not moved in the same files", outside: true, judge: base },
  { id: "archived", title: "The repository takes changes", hard: true, outside: true, judge: archived },
  { id: "other_pull", title: "No other pull request is open for the task", judge: otherPull },
  { id: "branch_head", title: "The branch is at the sealed commit", hard: true, outside: true, judge: head },
];

const AWAITED: Record<GateFacts["for"], readonly State[]> = {
  open: ["PUSHED"],
  // By itself, or with somebody's approval.
  push: ["ITERATING", "PUSHED"],
};

function state({ run, for: purpose }: GateFacts): Finding {
  const awaited = AWAITED[purpose];
  return awaited.includes(run.state) ? null : failure(`the run is ${run.state}, not ${awaited.join(" or ")}`);
}

function sealed({ change }: GateFacts): Finding {
  return change === null ? failure("there is no sealed change") : holds(change.sha);
}

function accepted({ accepted: is }: GateFacts): Finding {
  return is ? null : failure("the change does not carry the app's signature");
}

function newest({ run, change, report }: GateFacts): Finding {
  if (report === null) return failure("no attempt has ended");
  if (change === null) return null;
  if (run.changeId !== change.id || report.change?.id !== change.id)
    return failure("the change is not the newest attempt's");
  if (report.change.sha !== change.sha) return failure("the attempt sealed another commit");
  return holds(`attempt ${report.attempt}`);
}

function budgets({ change, policy }: GateFacts): Finding {
  if (change === null) return null;
  const over = overBudget(change.diff, policy);
  const { files, addedLines } = change.diff;
  return over.length === 0
    ? holds(`${files.length} ${files.length === 1 ? "file" : "files"}, +${addedLines}`)
    : failure(over.join("; "));
}
