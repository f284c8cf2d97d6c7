import type { AttemptReport } from "./attempt.ts";
import type { Change } from "./change.ts";
import type { Policy } from "./policy.ts";
import type { Run } from "./run.ts";

/** The Definition of Done. A gate that is shut says everything that shuts it. */
export type Gate = { open: true } | { open: false; because: readonly [string, ...string[]] };

export type GateFacts = {
  run: Run;
  change: Change | null;
  /** The app has accepted exactly this change, under its own signature. */
  accepted: boolean;
  /** Report of the newest attempt that ended. */
  report: AttemptReport | null;
  policy: Policy;
};

type Check = {
  readonly name: string /** Null when it holds, else why not. */;
  blocks(facts: GateFacts): string | null;
};

export const GATE_CHECKS: readonly Check[] = [
  {
    name: "state",
    blocks: ({ run }) => (run.state === "PUSHED" ? null : `the run is ${run.state}, not PUSHED`),
  },
  { name: "change", blocks: ({ change }) => (change ? null : "there is no sealed change") },
  {
    name: "accepted",
    blocks: ({ accepted }) => (accepted ? null : "the change does not carry the app's signature"),
  },
  { name: "newest", blocks: ({ run, change, report }) => newestBlocks(run, change, report) },
  { name: "grade", blocks: ({ report }) => gradeBlocks(report) },
  {
    name: "violations",
    blocks: ({ report }) =>
      listBlocks(
        "violation",
        report?.evidence.violations.map((v) => v.rule),
      ),
  },
  {
    name: "weakenings",
    blocks: ({ report }) =>
      listBlocks(
        "weakened test",
        report?.evidence.weakenings.map((w) => w.path),
      ),
  },
  { name: "failures", blocks: ({ report }) => listBlocks("new test failure", newFailures(report)) },
  {
    name: "files",
    blocks: ({ change, policy }) =>
      over("changed files", change?.diff.files.length, policy.max_changed_files),
  },
  {
    name: "lines",
    blocks: ({ change, policy }) => over("added lines", change?.diff.addedLines, policy.max_added_lines),
  },
];

export function judgeGate(facts: GateFacts): Gate {
  const [first, ...rest] = GATE_CHECKS.map((check) => check.blocks(facts)).filter((why) => why !== null);
  return first === undefined ? { open: true } : { open: false, because: [first, ...rest] };
}

function newestBlocks(run: Run, change: Change | null, report: AttemptReport | null): string | null {
  if (change === null) return null;
  if (run.changeId !== change.id || report?.change?.id !== change.id)
    return "the change is not the newest attempt's";
  return report.change.sha === change.sha ? null : "the attempt sealed another commit";
}

function gradeBlocks(report: AttemptReport | null): string | null {
  if (report === null) return "no attempt has ended";
  const { grade, reason } = report.grade;
  return grade === "PASS" ? null : `the newest attempt is graded ${grade} (${reason})`;
}

function newFailures(report: AttemptReport | null): string[] {
  return (report?.evidence.verification?.commands ?? []).flatMap((command) =>
    command.verdict === "new_failure" || command.verdict === "flaky" ? [command.command] : [],
  );
}

function listBlocks(what: string, found: readonly string[] | undefined): string | null {
  if (!found || found.length === 0) return null;
  return `${found.length} ${what}${found.length === 1 ? "" : "s"}: ${found.slice(0, 5).join(", ")}`;
}

/** 0 means without a limit. */
function over(what: string, value: number | undefined, limit: number): string | null {
  if (value === undefined || limit === 0 || value <= limit) return null;
  return `${value} ${what}, ${limit} allowed`;
}
