import type { AttemptReport } from "../../src/core/attempt.ts";
import type { Change } from "../../src/core/change.ts";
import { type Evidence, NO_USAGE, type VerifiedCommand, type VerifyRun } from "../../src/core/evidence.ts";
import { HEAD } from "./sample-run.ts";

export function sampleChange(more: Partial<Change> = {}): Change {
  return {
    id: "change_1",
    runId: "run_sample",
    attemptId: "attempt_1",
    baseSha: "0".repeat(40),
    parentSha: "0".repeat(40),
    treeSha: "1".repeat(40),
    sha: HEAD,
    message: "feat: add a thing\n\nBecause it was asked for.",
    diffHash: "2".repeat(64),
    diff: {
      files: [
        {
          path: "a.ts",
          oldPath: null,
          status: "modified",
          added: 3,
          deleted: 1,
          binary: false,
          mode: "100644",
        },
      ],
      addedLines: 3,
      deletedLines: 1,
      patchBytes: 200,
    },
    ...more,
  };
}

const GREEN: VerifyRun = {
  exitCode: 0,
  timedOut: false,
  durationMs: 5,
  failing: [],
  ran: 12,
  outputTail: "",
};

export function verified(more: Partial<VerifiedCommand> = {}): VerifiedCommand {
  return {
    command: "npm test",
    kind: "test",
    origin: "manifest",
    head: GREEN,
    again: null,
    base: null,
    verdict: "passed",
    newFailures: [],
    ...more,
  };
}

export function sampleEvidence(commands: VerifiedCommand[], more: Partial<Evidence> = {}): Evidence {
  return {
    preflight: [],
    codex: { kind: "finished", exitCode: 0, signal: null, message: null, resetAt: null },
    commands: [],
    diff: sampleChange().diff,
    violations: [],
    weakenings: [],
    verification: { mode: "baseline", dependencies: "none", commands },
    contract: null,
    usage: NO_USAGE,
    ...more,
  };
}

export function sampleReport(more: Partial<AttemptReport> = {}): AttemptReport {
  return {
    version: "agentpr.attempt.v1",
    runId: "run_sample",
    attempt: 1,
    baseSha: "0".repeat(40),
    threadId: "thread_1",
    resumed: false,
    notResumed: null,
    model: "gpt-scripted",
    isolation: "box",
    codexVersion: "0.169.0",
    skills: [],
    evidence: sampleEvidence([verified()]),
    grade: { grade: "PASS", reason: "runtime_success", because: "its tests passed" },
    change: sampleChange(),
    summary: sampleSummary("It adds a thing."),
    governance: null,
    contract: null,
    pullTemplate: null,
    stages: [],
    ...more,
  };
}

export function sampleSummary(notes: string): NonNullable<AttemptReport["summary"]> {
  return { status: "done", title: "Add a thing", notes, files_changed: ["a.ts"], commands_run: ["npm test"] };
}
