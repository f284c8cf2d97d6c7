import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Evidence } from "../../src/core/evidence.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import type { Db } from "../../src/database/connect.ts";
import type { ChangeLimits } from "../../src/git/change-checks.ts";
import type { Progress } from "../codex/codex-order.ts";
import type { Borrow } from "../credential/borrow.ts";
import { chooseSkills } from "../skills/choose-skills.ts";
import { skillTemplate } from "../skills/skill-status.ts";
import { buildCandidate } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { agreementOf, isDeclined, withContract } from "./agreement.ts";
import { boxLimits } from "./box-limits.ts";
import { checkConsent } from "./check-consent.ts";
import { completePacket } from "./complete-packet.ts";
import { isolationFor } from "./isolation.ts";
import { readSummary } from "./prompt.ts";
import { provisionAttempt } from "./provision-attempt.ts";
import { findPushes } from "./pushes.ts";
import { type AttemptResult, type Judged, type Prepared, report, type Worked } from "./report-attempt.ts";
import { runWorker } from "./run-worker.ts";
import { sealCandidate } from "./seal-candidate.ts";
import { CALLED_OFF, NOTHING, withCandidate, withViolations } from "./seen-evidence.ts";
import type { AttemptSettings, RunnerSettings } from "./settings.ts";
import { type Stages, stageClock } from "./stages.ts";
import { verifyCandidate } from "./verify-candidate.ts";

export type { AttemptResult } from "./report-attempt.ts";

export type AttemptOrder = {
  db: Db;
  settings: RunnerSettings;
  spec: AttemptSpec;
  attemptId: string;
  eventsFile: string;
  /** Where the repository is private: the means to a token that reads it. */
  borrow?: Borrow;
  signal: AbortSignal;
  onProgress(progress: Progress & { stage: string }): void;
  /** A stage begins; for live views. */
  onStage?(stage: string): void;
};
type SettledOrder = AttemptOrder & { settings: AttemptSettings };

/** One attempt's whole life: provision → Codex → candidate → verify → grade → seal. It reports; it moves nothing. */
export async function runAttempt(order: AttemptOrder): Promise<AttemptResult> {
  const stages = stageClock(order.onStage);
  try {
    const held = isolationFor(order.settings, order.spec.policy);
    if (!held.ok) return await report(order, stages, { evidence: { ...NOTHING, preflight: [held.check] } });
    const limits = boxLimits(order.spec.policy);
    const settings = { ...order.settings, isolation: held.isolation, limits };
    return await runStages({ ...order, settings }, stages);
  } catch (error) {
    if (!order.signal.aborted) throw error;
    return report(order, stages, { evidence: { ...NOTHING, codex: CALLED_OFF } });
  }
}

async function runStages(order: SettledOrder, stages: Stages): Promise<AttemptResult> {
  const chosen = await choose(order);
  if (!chosen.ok) return report(order, stages, { evidence: { ...NOTHING, preflight: [chosen.check] } });
  const place = await stages.run("provision", () => provisionAttempt(order));
  if (!place.ok) return report(order, stages, { evidence: { ...NOTHING, preflight: place.checks } });
  const { workspace, governance } = place;
  const checks = [...place.checks, checkConsent(governance, order.spec.policy)];
  const seen = { workspace, governance, evidence: { ...NOTHING, preflight: checks } };
  if (checks.some(({ ok }) => !ok)) return report(order, stages, seen);
  const packet = await completePacket({ ...order, workspace, governance });
  return work({ ...order, spec: { ...order.spec, packet } }, stages, { ...seen, skills: chosen.skills });
}

function choose({ spec, settings: { dataDir, allowMissingSkills: allowMissing } }: AttemptOrder) {
  const { policy, packet } = spec;
  const skills = { purpose: packet.run.purpose, template: skillTemplate(dataDir) };
  return chooseSkills({ policy, ...skills, ...(allowMissing === undefined ? {} : { allowMissing }) });
}

/** Codex, then what came of it: the contract may end it before anything is built or run. */
async function work(order: SettledOrder, stages: Stages, prepared: Prepared): Promise<AttemptResult> {
  await mkdir(dirname(order.eventsFile), { recursive: true });
  const worked = await stages.run("codex", () =>
    runWorker({ ...order, ...prepared }, (progress) => order.onProgress({ ...progress, stage: "codex" })),
  );
  const { contract, verdict } = agreementOf(worked);
  const evidence: Evidence = {
    ...prepared.evidence,
    contract: verdict,
    codex: worked.end,
    commands: worked.summary.commands,
    usage: worked.summary.usage,
    violations: order.settings.allowAgentPush ? [] : findPushes(worked.summary.commands),
  };
  const known = { ...prepared, worked, contract, evidence };
  if (worked.end.kind !== "finished" || isDeclined(verdict)) return report(order, stages, known);
  return make(withContract(order, contract), stages, known);
}

async function make(order: SettledOrder, stages: Stages, known: Worked): Promise<AttemptResult> {
  const { workspace, evidence: seen } = known;
  const built = await stages.run("candidate", () => build(order, workspace));
  if (built.kind === "unbuildable")
    return report(order, stages, { ...known, evidence: withViolations(seen, built.violations) });
  return judge(order, stages, {
    ...known,
    candidate: built.candidate,
    evidence: withCandidate(seen, built.candidate),
  });
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

/** A hard violation ends it before anything of the candidate is run. */
async function judge(order: SettledOrder, stages: Stages, known: Judged): Promise<AttemptResult> {
  const { evidence, workspace, worked, candidate } = known;
  const changed = candidate.facts.diff.files.length > 0;
  if (!changed || evidence.violations.length > 0) return report(order, stages, known);
  const verification = await stages.run("verify", () =>
    verifyCandidate({ ...order, workspace, candidate, ...worked.summary }),
  );
  const verified = { ...known, evidence: { ...evidence, verification } };
  const summary = readSummary(worked.lastMessage);
  const sealed = await stages.run("seal", () =>
    sealCandidate({ ...order, workspace, parentSha: parentOf(order, workspace), candidate, summary }),
  );
  if (!sealed.ok) throw new Error(`The candidate cannot be sealed: ${sealed.stderr}`);
  const { report: made, ...rest } = await report(order, stages, verified);
  return { ...rest, report: { ...made, change: sealed.change }, bundle: Buffer.from(sealed.bundle) };
}
