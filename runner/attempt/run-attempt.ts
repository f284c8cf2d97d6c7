import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { AttemptReport, WorkerSummary } from "../../src/core/attempt.ts";
import { costOf } from "../../src/core/cost.ts";
import type { CodexEnd, Evidence, Violation } from "../../src/core/evidence.ts";
import { NO_USAGE } from "../../src/core/evidence.ts";
import { gradeAttempt } from "../../src/core/grading.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import type { Db } from "../../src/database/connect.ts";
import type { ChangeLimits } from "../../src/git/change-checks.ts";
import type { Progress } from "../codex/codex-order.ts";
import type { PackedSession } from "../codex/pack-session.ts";
import { buildCandidate, type Candidate } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { isolationFor } from "./isolation.ts";
import { readSummary } from "./prompt.ts";
import { provisionAttempt } from "./provision-attempt.ts";
import { readPullTemplate } from "./pull-template.ts";
import { findPushes } from "./pushes.ts";
import { runWorker, type WorkerRun } from "./run-worker.ts";
import { sealCandidate } from "./seal-candidate.ts";
import type { RunnerSettings } from "./settings.ts";
import { type Stages, stageClock } from "./stages.ts";
import { verifyCandidate } from "./verify-candidate.ts";

export type AttemptOrder = {
  db: Db;
  settings: RunnerSettings;
  spec: AttemptSpec;
  attemptId: string;
  eventsFile: string;
  signal: AbortSignal;
  onProgress(progress: Progress & { stage: string }): void;
};
export type AttemptResult = {
  report: AttemptReport;
  bundle: Buffer | null;
  /** The thread's file, for the next attempt wherever it runs. */
  session?: PackedSession | null;
};

/** One attempt's whole life: provision → Codex → candidate → verify → grade → seal. It reports; it moves nothing. */
export async function runAttempt(order: AttemptOrder): Promise<AttemptResult> {
  const stages = stageClock();
  try {
    const held = isolationFor(order.settings, order.spec.policy);
    if (!held.ok) return await report(order, stages, { evidence: { ...NOTHING, preflight: [held.check] } });
    const settings = { ...order.settings, isolation: held.isolation };
    return await runStages({ ...order, settings }, stages);
  } catch (error) {
    if (!order.signal.aborted) throw error;
    return report(order, stages, { evidence: { ...NOTHING, codex: CALLED_OFF } });
  }
}

const CALLED_OFF: CodexEnd = {
  kind: "cancelled",
  exitCode: null,
  signal: null,
  message: "called off",
  resetAt: null,
};

async function runStages(order: AttemptOrder, stages: Stages): Promise<AttemptResult> {
  const place = await stages.run("provision", () => provisionAttempt(order));
  if (!place.ok) return report(order, stages, { evidence: { ...NOTHING, preflight: place.checks } });
  const { workspace } = place;
  await mkdir(dirname(order.eventsFile), { recursive: true });
  const worked = await stages.run("codex", () =>
    runWorker({ ...order, workspace }, (progress) => order.onProgress({ ...progress, stage: "codex" })),
  );
  const seen: Evidence = {
    ...NOTHING,
    preflight: place.checks,
    codex: worked.end,
    commands: worked.summary.commands,
    usage: worked.summary.usage,
    violations: findPushes(worked.summary.commands),
  };
  const known = { workspace, worked, evidence: seen };
  if (worked.end.kind !== "finished") return report(order, stages, known);
  const built = await stages.run("candidate", () => build(order, workspace));
  if (built.kind === "unbuildable")
    return report(order, stages, { ...known, evidence: withViolations(seen, built.violations) });
  return judge(order, stages, {
    ...known,
    candidate: built.candidate,
    evidence: withCandidate(seen, built.candidate),
  });
}

const NOTHING: Evidence = {
  preflight: [],
  codex: null,
  commands: [],
  diff: null,
  violations: [],
  weakenings: [],
  verification: null,
  usage: NO_USAGE,
};

function withViolations(evidence: Evidence, violations: Violation[]): Evidence {
  return { ...evidence, violations: [...evidence.violations, ...violations] };
}

function withCandidate(evidence: Evidence, { facts, violations, weakenings }: Candidate): Evidence {
  return { ...withViolations(evidence, violations), diff: facts.diff, weakenings };
}

function parentOf({ spec }: AttemptOrder, workspace: Workspace): string {
  return spec.from?.onTop ? workspace.startSha : workspace.baseSha;
}

async function build(order: AttemptOrder, workspace: Workspace) {
  const built = await buildCandidate({
    workspace,
    parentSha: parentOf(order, workspace),
    limits: limitsOf(order),
    signal: order.signal,
  });
  if (built.kind === "failed") throw new Error(`The candidate cannot be built: ${built.failure.stderr}`);
  return built;
}

function limitsOf({ spec: { policy }, settings }: AttemptOrder): ChangeLimits {
  return { protectedPaths: policy.protected_paths, budgets: policy, knownSecrets: settings.knownSecrets };
}

type Known = { evidence: Evidence; workspace?: Workspace; worked?: WorkerRun; candidate?: Candidate };
type Judged = Required<Known>;

/** A hard violation ends it before anything of the candidate is run. */
async function judge(order: AttemptOrder, stages: Stages, known: Judged): Promise<AttemptResult> {
  const { evidence, workspace, worked, candidate } = known;
  const changed = candidate.facts.diff.files.length > 0;
  if (!changed || evidence.violations.length > 0) return report(order, stages, known);
  const verification = await stages.run("verify", () =>
    verifyCandidate({ ...order, workspace, candidate, commands: worked.summary.commands }),
  );
  const verified = { ...known, evidence: { ...evidence, verification } };
  const summary = readSummary(worked.lastMessage);
  const sealed = await stages.run("seal", () =>
    sealCandidate({ ...order, workspace, parentSha: parentOf(order, workspace), candidate, summary }),
  );
  if (!sealed.ok) throw new Error(`The candidate cannot be sealed: ${sealed.stderr}`);
  const { report: made } = await report(order, stages, verified);
  const { session } = worked;
  return { report: { ...made, change: sealed.change }, bundle: Buffer.from(sealed.bundle), session };
}

async function report(
  { spec, settings, signal }: AttemptOrder,
  stages: Stages,
  { evidence, workspace, worked }: Known,
): Promise<AttemptResult> {
  const grade = gradeAttempt(evidence, {
    policy: spec.policy,
    attempt: spec.failedInRow + 1,
    asksForTestChanges: false,
  });
  const made: AttemptReport = {
    version: "agentpr.attempt.v1",
    runId: spec.runId,
    attempt: spec.attempt,
    baseSha: workspace?.baseSha ?? null,
    threadId: worked?.summary.threadId ?? spec.threadId,
    resumed: worked?.resumed ?? false,
    notResumed: worked?.notResumed?.slice(0, 1_000) ?? null,
    model: worked?.model ?? null,
    costUsd: costOf(evidence.usage, worked?.model ?? null, spec.policy.prices),
    isolation: settings.isolation.kind,
    codexVersion: settings.codex.version,
    evidence,
    grade,
    change: null,
    summary: summaryOf(worked),
    pullTemplate: workspace && !signal.aborted ? await readPullTemplate(workspace, signal) : null,
    stages: stages.times(),
  };
  return { report: made, bundle: null, session: worked?.session ?? null };
}

function summaryOf(worked: WorkerRun | undefined): WorkerSummary | null {
  return worked ? readSummary(worked.lastMessage) : null;
}
