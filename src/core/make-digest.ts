import type { AttemptReport } from "./attempt.ts";
import { budgetsOf, commandsOf, stagesOf, totalOf, usageOf } from "./digest-numbers.ts";
import type { Evidence, VerifiedCommand } from "./evidence.ts";
import { testEvidence } from "./grading-evidence.ts";
import type { AttemptSpec } from "./packet.ts";
import { actionsAfter, recommend } from "./recommend.ts";
import type { Retention } from "./retention.ts";
import type { RunDigest } from "./run-digest.ts";

/** Everything that the reports on an attempt are made from. */
export type AttemptFacts = {
  spec: AttemptSpec;
  report: AttemptReport;
  attemptId: string;
  runner: string;
  /** Milliseconds since 1970, by the database's clock. */
  at: number;
  /** Names of the other reports; null for one that is not written. */
  files: { agent_runtime: string | null; preflight: string | null; agent_events: string | null };
  eventStream: Retention;
};

export function makeDigest(facts: AttemptFacts): RunDigest {
  const { spec, report, attemptId, at, files, eventStream } = facts;
  const { grade, evidence } = report;
  const failures = evidence.preflight.filter(({ ok }) => !ok);
  return {
    version: "agentpr.run_digest.v2",
    generated_at: new Date(at).toISOString(),
    run: runOf(facts),
    state: { before: spec.packet.run.purpose === "iterate" ? "ITERATING" : "EXECUTING", after: null },
    attempt: {
      attempt_id: attemptId,
      attempt_no: report.attempt,
      runner: facts.runner,
      duration_ms: totalOf(report.stages),
      codex_end: evidence.codex?.kind ?? null,
      exit_code: evidence.codex?.exitCode ?? null,
      thread_id: report.threadId,
      resumed: report.resumed,
    },
    classification: {
      grade: grade.grade,
      reason_code: grade.reason,
      because: grade.because,
      next_action: recommend(grade).action,
    },
    validation: validationOf(evidence),
    changes: changesOf(report),
    budgets: budgetsOf(spec, report),
    usage: usageOf(report, spec.policy.prices),
    commands: commandsOf(evidence.commands),
    stages: stagesOf(report.stages),
    safety: {
      violation_count: evidence.violations.length,
      violations: evidence.violations.slice(0, 40),
      weakenings: evidence.weakenings.slice(0, 40),
    },
    preflight: { ok: failures.length === 0, failures },
    worker: wordsOf(report),
    manager_recommendation: recommend(grade),
    recommended_actions: actionsAfter(grade, spec.runId),
    artifacts: {
      agent_runtime: files.agent_runtime,
      preflight: files.preflight,
      event_stream: eventStream.kept ? files.agent_events : null,
      event_stream_retention: eventStream.why,
    },
  };
}

/** Files and commands stand in the digest as they were seen, not as the worker names them. */
function wordsOf({ summary }: AttemptReport): RunDigest["worker"] {
  return summary && { status: summary.status, title: summary.title, notes: summary.notes };
}

function runOf({ spec, report }: AttemptFacts): RunDigest["run"] {
  const { clone, base, seal } = spec;
  return {
    run_id: spec.runId,
    owner: clone.owner,
    repo: clone.repo,
    prompt_version: spec.promptVersion,
    base_branch: base.branch,
    base_sha: report.baseSha,
    branch: seal.branch,
  };
}

function validationOf(evidence: Evidence): RunDigest["validation"] {
  const { verification } = evidence;
  const commands = verification?.commands ?? [];
  const tests = testEvidence(evidence);
  return {
    mode: verification?.mode ?? null,
    dependencies: verification?.dependencies ?? null,
    test_command_count: tests.length,
    test_commands: tests.slice(0, 40),
    new_failure_count: commands.reduce((sum, { newFailures }) => sum + newFailures.length, 0),
    commands: commands.slice(0, 40).map(verifiedSummary),
  };
}

function verifiedSummary({ command, kind, origin, verdict, head, newFailures }: VerifiedCommand) {
  return {
    ...{ command, kind, origin, verdict },
    tests_run: head.ran,
    tests_failing: head.failing?.length ?? null,
    new_failures: newFailures.slice(0, 50),
    duration_ms: head.durationMs,
  };
}

function changesOf({ evidence: { diff }, change }: AttemptReport): RunDigest["changes"] {
  return {
    changed_files_count: diff?.files.length ?? 0,
    added_lines: diff?.addedLines ?? 0,
    deleted_lines: diff?.deletedLines ?? 0,
    patch_bytes: diff?.patchBytes ?? 0,
    files: (diff?.files ?? [])
      .slice(0, 100)
      .map(({ path, status, added, deleted }) => ({ path, status, added, deleted })),
    sealed_sha: change?.sha ?? null,
  };
}
