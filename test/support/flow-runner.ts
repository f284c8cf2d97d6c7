import { join } from "node:path";
import { attemptJob } from "../../runner/attempt/attempt-job.ts";
import { completePacket } from "../../runner/attempt/complete-packet.ts";
import { provisionAttempt } from "../../runner/attempt/provision-attempt.ts";
import { type Rebased, rebaseChange, rebaseEvidence, standsOn } from "../../runner/attempt/rebase-change.ts";
import type { AttemptOrder, AttemptResult } from "../../runner/attempt/run-attempt.ts";
import { sealCandidate } from "../../runner/attempt/seal-candidate.ts";
import type { RunnerSettings } from "../../runner/attempt/settings.ts";
import { buildCandidate, type Candidate, examineTree } from "../../runner/workspace/candidate.ts";
import type { Workspace } from "../../runner/workspace/provision.ts";
import type { AttemptReport, WorkerAnswer } from "../../src/core/attempt.ts";
import { type CodexEnd, type Evidence, NO_USAGE, type VerifiedCommand } from "../../src/core/evidence.ts";
import { gradeAttempt } from "../../src/core/grading.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { asksForTestChanges } from "../../src/core/test-change-request.ts";
import { countAnswers } from "../../src/core/thread-replies.ts";
import { saveRunner } from "../../src/database/runners.ts";
import { newReaderKey, type ReaderKey } from "../../src/engine/sealed-envelope.ts";
import { startWorker, type Worker } from "../../src/engine/worker.ts";
import { workerName } from "../../src/engine/worker-name.ts";
import type { World } from "../../src/engine/world.ts";
import { type Files, writeFiles } from "./git-repository.ts";

/** What one attempt does: everything about it is real but the thinking. */
export type Work = {
  files: Files;
  /** New test failures that verification finds. */
  fails?: readonly string[];
  /** The worker's contract says that the work must not go on. */
  declines?: NonNullable<Evidence["contract"]>;
  /** What it says to reviewers. */
  answers?: WorkerAnswer[];
  /** What it has used. */
  tokens?: number;
  /** Goes on only once this has resolved; called off by the attempt's signal. */
  until?: (signal: AbortSignal) => Promise<void>;
};
export type Plan = (spec: AttemptSpec) => Work;

export const SCRIPTED = "scripted";

/** A worker on the runner's lane that writes what the plan says instead of asking Codex; the change it seals is a real one. */
export async function startScriptedRunner(
  world: World,
  { dir, plan }: { dir: string; plan: Plan },
): Promise<Worker> {
  const settings = settingsIn(dir);
  const { database } = world;
  const runner = {
    ...{ id: SCRIPTED, name: SCRIPTED, version: "0", capacity: 2 },
    approved: database.dialect === "sqlite",
  };
  await saveRunner(database, database.knex, { ...runner, publicKey: settings.key.publicKey });
  const run = (order: AttemptOrder) => attempt(order, plan(order.spec));
  return startWorker(world, {
    lane: "runner",
    name: workerName("runner"),
    slots: 2,
    handlers: { attempt: (job, lease) => attemptJob(world, settings, { job, lease, run }) },
    pollMs: 500,
    repositoryCap: 4,
  });
}

function settingsIn(dir: string): RunnerSettings & { key: ReaderKey } {
  return {
    name: SCRIPTED,
    baseDir: join(dir, "workspaces"),
    cacheDir: join(dir, "cache"),
    dataDir: dir,
    codex: { path: "/nonexistent", source: "path", version: "scripted" },
    provider: {
      kind: "api_key",
      name: "none",
      baseUrl: "",
      keyEnv: "",
      key: "",
      model: null,
      ...NO_PROVIDER,
    },
    isolation: { kind: "none" },
    overrides: [],
    path: "",
    toolPaths: [],
    templates: {},
    knownSecrets: [],
    key: newReaderKey(),
    allowUnboxed: false,
    skipPreflight: true, // there is no Codex to look for
  };
}

const NO_PROVIDER = { wireApi: "responses", query: {}, headers: {} } as const;

async function attempt(order: AttemptOrder, work: Work): Promise<AttemptResult> {
  const place = await provisionAttempt(order);
  if (!place.ok) throw new Error(`not provisioned: ${JSON.stringify(place.checks)}`);
  const { workspace, governance } = place;
  await completePacket({ ...order, workspace, governance });
  try {
    await work.until?.(order.signal);
  } catch (error) {
    if (!order.signal.aborted) throw error;
  }
  if (order.signal.aborted) return { report: reportOf(order, workspace, CALLED_OFF), bundle: null };
  if (work.declines) {
    const evidence = { ...NOTHING, contract: work.declines };
    return { report: reportOf(order, workspace, evidence), bundle: null };
  }
  if (order.spec.packet.answersOnly) return answer(order, workspace, work);
  const rebased = await rebaseChange({ ...order, workspace });
  if (!rebased?.byGit) writeFiles(workspace.tree, work.files);
  return seal(order, workspace, work, rebased);
}

function answer(order: AttemptOrder, workspace: Workspace, { answers = [] }: Work): AttemptResult {
  const evidence = { ...NOTHING, answers: countAnswers(order.spec.packet, answers) };
  return {
    report: { ...reportOf(order, workspace, evidence), summary: summaryOf(order, answers) },
    bundle: null,
  };
}

function summaryOf({ spec }: AttemptOrder, answers: WorkerAnswer[]) {
  const said = { title: spec.packet.request.title, notes: "As it was asked for.", answers };
  return { status: "pass", ...said, files_changed: [], commands_run: [] };
}

async function seal(
  order: AttemptOrder,
  workspace: Workspace,
  work: Work,
  rebased: Rebased | null,
): Promise<AttemptResult> {
  const { spec, attemptId, signal } = order;
  const { diffFrom: parentSha } = standsOn(spec, workspace);
  const limits = { protectedPaths: spec.policy.protected_paths, budgets: spec.policy };
  const request = { workspace, parentSha, limits, signal };
  const built = await (rebased?.byGit
    ? examineTree(request, rebased.merged.treeSha)
    : buildCandidate(request));
  if (built.kind !== "built") throw new Error(`no candidate: ${JSON.stringify(built)}`);
  const { candidate } = built;
  const evidence = evidenceOf(candidate, work);
  if (rebased) {
    evidence.rebase = await rebaseEvidence({ ...order, workspace }, rebased, candidate);
    if (rebased.byGit) Object.assign(evidence, { codex: null, commands: [] });
  }
  const report = reportOf(order, workspace, evidence);
  if (candidate.violations.length > 0 || candidate.facts.diff.files.length === 0)
    return { report, bundle: null };
  const summary = summaryOf(order, work.answers ?? []);
  const sealed = await sealCandidate({ spec, attemptId, workspace, candidate, summary, signal });
  if (!sealed.ok) throw new Error(sealed.stderr);
  return { report: { ...report, change: sealed.change, summary }, bundle: Buffer.from(sealed.bundle) };
}

const FINISHED: CodexEnd = { kind: "finished", exitCode: 0, signal: null, message: null, resetAt: null };
const COMMAND = "node --test";
const STAGES = [
  { name: "provision", ms: 20 },
  { name: "codex", ms: 40 },
  { name: "verify", ms: 10 },
  { name: "seal", ms: 5 },
];
const NOTHING: Evidence = {
  preflight: [],
  codex: FINISHED,
  commands: [{ command: COMMAND, exitCode: 0, durationMs: 1 }],
  diff: null,
  violations: [],
  weakenings: [],
  verification: null,
  contract: null,
  usage: NO_USAGE,
};
const CALLED_OFF: Evidence = { ...NOTHING, codex: { ...FINISHED, kind: "cancelled", exitCode: null } };

function evidenceOf(
  { facts, violations, weakenings }: Candidate,
  { fails = [], tokens = 0 }: Work,
): Evidence {
  const verification = { mode: "head", dependencies: "none", commands: [verified(fails)] } as const;
  return {
    ...NOTHING,
    diff: facts.diff,
    violations,
    weakenings,
    verification: { ...verification, commands: [...verification.commands] },
    usage: { ...NO_USAGE, inputTokens: tokens },
  };
}

function verified(fails: readonly string[]): VerifiedCommand {
  const failing = [...fails];
  const run = { exitCode: failing.length, timedOut: false, durationMs: 1, failing, ran: 3, outputTail: "" };
  const verdict = failing.length === 0 ? "passed" : "new_failure";
  const nothingElse = { again: null, base: null, newFailures: failing };
  return { command: COMMAND, kind: "test", origin: "manifest", head: run, verdict, ...nothingElse };
}

function reportOf({ spec }: AttemptOrder, { baseSha }: Workspace, evidence: Evidence): AttemptReport {
  const { policy, runId, attempt: number } = spec;
  return {
    version: "agentpr.attempt.v1",
    runId,
    attempt: number,
    baseSha,
    threadId: "thread-of-the-script",
    resumed: spec.threadId !== null,
    notResumed: null,
    model: policy.codex_model,
    isolation: "none",
    codexVersion: "scripted",
    skills: [],
    evidence,
    grade: gradeAttempt(evidence, {
      policy,
      attempt: spec.failedInRow + 1,
      asksForTestChanges: asksForTestChanges(spec.packet.request),
    }),
    change: null,
    summary: null,
    governance: null,
    contract: null,
    pullTemplate: null,
    stages: STAGES,
  };
}
