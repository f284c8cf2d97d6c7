import type { AttemptReport } from "../../src/core/attempt.ts";
import type { ContractOutcome } from "../../src/core/contract.ts";
import type { Evidence } from "../../src/core/evidence.ts";
import type { Governance } from "../../src/core/governance.ts";
import { gradeAttempt } from "../../src/core/grading.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { asksForTestChanges } from "../../src/core/test-change-request.ts";
import type { PackedSession } from "../codex/pack-session.ts";
import type { Skill } from "../skills/shipped.ts";
import type { Candidate } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { readSummary } from "./prompt.ts";
import { readPullTemplate } from "./pull-template.ts";
import type { Rebased } from "./rebase-change.ts";
import type { WorkerRun } from "./run-worker.ts";
import type { RunnerSettings } from "./settings.ts";
import type { Stages } from "./stages.ts";

export type AttemptResult = {
  report: AttemptReport;
  bundle: Buffer | null;
  /** The thread's file, for the next attempt wherever it runs. */
  session?: PackedSession | null;
};

/** What is known of an attempt, more with each stage. */
export type Prepared = {
  evidence: Evidence;
  workspace: Workspace;
  governance: Governance;
  skills: readonly Skill[];
  /** Where the change was put onto a base that has moved. */
  rebased?: Rebased | null;
};
/** By Codex, or by git alone. */
export type Made = Prepared & Partial<Pick<Worked, "worked" | "contract">>;
export type Worked = Prepared & { worked: WorkerRun; contract: ContractOutcome | null };
export type Judged = Made & { candidate: Candidate };
export type Known = Partial<Worked> & { evidence: Evidence };

type Order = { spec: AttemptSpec; settings: RunnerSettings; signal: AbortSignal };

/** What came of an attempt, graded by the rules; wherever it ended. */
export async function report(
  { spec, settings, signal }: Order,
  stages: Stages,
  { evidence, workspace, worked, skills = [], governance, contract }: Known,
): Promise<AttemptResult> {
  const grade = gradeAttempt(evidence, {
    policy: spec.policy,
    attempt: spec.failedInRow + 1,
    asksForTestChanges: asksForTestChanges(spec.packet.request),
  });
  const summary = worked ? readSummary(worked.lastMessage) : (spec.rebase?.summary ?? null);
  const title = summary?.title ?? spec.packet.request.title;
  const made: AttemptReport = {
    version: "agentpr.attempt.v1",
    runId: spec.runId,
    attempt: spec.attempt,
    baseSha: workspace?.baseSha ?? null,
    threadId: worked?.summary.threadId ?? spec.threadId,
    resumed: worked?.resumed ?? false,
    notResumed: worked?.notResumed?.slice(0, 1_000) ?? null,
    model: spec.policy.codex_model ?? settings.provider.model,
    isolation: settings.isolation.kind,
    codexVersion: settings.codex.version,
    skills: skills.map(({ name, version, hash }) => ({ name, version, hash })),
    evidence,
    grade,
    change: null,
    summary,
    governance: governance ?? null,
    contract: contract ?? null,
    pullTemplate: workspace && !signal.aborted ? await readPullTemplate(workspace, title, signal) : null,
    stages: stages.times(),
  };
  return { report: made, bundle: null, session: worked?.session ?? null };
}
