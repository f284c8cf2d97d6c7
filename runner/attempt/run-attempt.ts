import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Evidence } from "../../src/core/evidence.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { countAnswers } from "../../src/core/thread-replies.ts";
import type { Db } from "../../src/database/connect.ts";
import type { ChangeLimits } from "../../src/git/change-checks.ts";
import type { Progress } from "../codex/codex-order.ts";
import type { Borrow } from "../credential/borrow.ts";
import { acceptedSkills } from "../skills/accepted.ts";
import { chooseSkills } from "../skills/choose-skills.ts";
import { skillTemplate } from "../skills/skill-status.ts";
import { buildCandidate, examineTree } from "../workspace/candidate.ts";
import { agreementOf, isDeclined, withContract } from "./agreement.ts";
import { boxLimits } from "./box-limits.ts";
import { checkConsent } from "./check-consent.ts";
import { completePacket } from "./complete-packet.ts";
import { isolationFor } from "./isolation.ts";
import { readSummary } from "./prompt.ts";
import { provisionAttempt } from "./provision-attempt.ts";
import { findPushes } from "./pushes.ts";
import { type Rebased, rebaseChange, rebaseEvidence, standsOn } from "./rebase-change.ts";
import { type AttemptResult, type Judged, type Made, type Prepared, report } from "./report-attempt.ts";
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
  const rebased = order.spec.rebase
    ? await stages.run("rebase", () => rebaseChange({ ...order, workspace }))
    : null;
  const spec = withConflicts(order.spec, rebased);
  const packet = await completePacket({ ...order, spec, workspace, governance });
  const next = { ...order, spec: { ...spec, packet } };
  const prepared = { ...seen, skills: chosen.skills, rebased };
  return rebased?.byGit ? make(next, stages, prepared) : work(next, stages, prepared);
}

function withConflicts(spec: AttemptSpec, rebased: Rebased | null): AttemptSpec {
  return rebased === null
    ? spec
    : { ...spec, packet: { ...spec.packet, conflicts: rebased.merged.conflicts } };
}

function choose({ spec, settings: { dataDir, allowMissingSkills: allowMissing } }: AttemptOrder) {
  const { policy, packet } = spec;
  const places = { template: skillTemplate(dataDir), accepted: acceptedSkills(dataDir) };
  const { purpose } = packet.run;
  return chooseSkills({
    policy,
    purpose,
    ...places,
    ...(allowMissing === undefined ? {} : { allowMissing }),
  });
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
  const { packet } = order.spec;
  if (packet.answersOnly) {
    const answers = countAnswers(packet, readSummary(worked.lastMessage)?.answers ?? []);
    return report(order, stages, { ...known, evidence: { ...evidence, answers } });
  }
  return make(withContract(order, contract), stages, known);
}

async function make(order: SettledOrder, stages: Stages, known: Made): Promise<AttemptResult> {
  const { workspace, evidence: seen, rebased } = known;
  const built = await stages.run("candidate", () => build(order, known));
  if (built.kind === "unbuildable")
    return report(order, stages, { ...known, evidence: withViolations(seen, built.violations) });
  const { candidate } = built;
  const evidence = withCandidate(seen, candidate);
  if (rebased) evidence.rebase = await rebaseEvidence({ ...order, workspace }, rebased, candidate);
  return judge(order, stages, { ...known, candidate, evidence });
}

/** What git alone has put together is no one's work tree: it is taken as it stands. */
async function build(order: AttemptOrder, { workspace, rebased }: Made) {
  const { diffFrom: parentSha } = standsOn(order.spec, workspace);
  const request = { workspace, parentSha, limits: limitsOf(order), signal: order.signal };
  const built = await (rebased?.byGit
    ? examineTree(request, rebased.merged.treeSha)
    : buildCandidate(request));
  if (built.kind === "failed") throw new Error(`The candidate cannot be built: ${built.failure.stderr}`);
  return built;
}

function limitsOf({ spec: { policy }, settings }: AttemptOrder): ChangeLimits {
  return { protectedPaths: policy.protected_paths, budgets: policy, knownSecrets: settings.knownSecrets };
}

const NO_WORK = { commands: [], fileChanges: [] };

/** A hard violation ends it before anything of the candidate is run. */
async function judge(order: SettledOrder, stages: Stages, known: Judged): Promise<AttemptResult> {
  const { evidence, workspace, worked, candidate } = known;
  const changed = candidate.facts.diff.files.length > 0;
  const unresolved = evidence.rebase?.unresolved ?? [];
  if (!changed || evidence.violations.length > 0 || unresolved.length > 0)
    return report(order, stages, known);
  const { commands, fileChanges } = worked?.summary ?? NO_WORK;
  const verification = await stages.run("verify", () =>
    verifyCandidate({ ...order, workspace, candidate, commands, fileChanges }),
  );
  const verified = { ...known, evidence: { ...evidence, verification } };
  const summary = worked ? readSummary(worked.lastMessage) : null;
  const sealed = await stages.run("seal", () => sealCandidate({ ...order, workspace, candidate, summary }));
  if (!sealed.ok) throw new Error(`The candidate cannot be sealed: ${sealed.stderr}`);
  const { report: made, ...rest } = await report(order, stages, verified);
  return { ...rest, report: { ...made, change: sealed.change }, bundle: Buffer.from(sealed.bundle) };
}
