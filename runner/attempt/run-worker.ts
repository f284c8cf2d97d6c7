import { join } from "node:path";
import type { AttemptSpec } from "../../src/core/packet.ts";
import type { Db } from "../../src/database/connect.ts";
import type { CodexResult, Progress } from "../codex/codex-order.ts";
import { type PackedSession, packSession } from "../codex/pack-session.ts";
import { runCodex } from "../codex/run-codex.ts";
import type { Workspace } from "../workspace/provision.ts";
import { boxEnvironment } from "./box-environment.ts";
import { buildPrompt, summarySchema } from "./prompt.ts";
import { redactor } from "./redact.ts";
import { resumeThread } from "./resume-thread.ts";
import type { RunnerSettings } from "./settings.ts";

type Order = {
  db: Db;
  settings: RunnerSettings;
  spec: AttemptSpec;
  workspace: Workspace;
  eventsFile: string;
  signal: AbortSignal;
};
export type WorkerRun = CodexResult & {
  resumed: boolean;
  /** Why a thread that was to be gone on with was not. */
  notResumed: string | null;
  model: string | null;
  /** The thread's file as it lies here now. */
  session: PackedSession | null;
};

/** Has Codex do the task: on the run's own thread where that can still be had, else on a new one. */
export async function runWorker(order: Order, onProgress: (progress: Progress) => void): Promise<WorkerRun> {
  const { db, settings, spec, workspace, eventsFile, signal } = order;
  const { policy, runId } = spec;
  const { threadId, notResumed } = await resumeThread({ db, runId, threadId: spec.threadId, workspace });
  const redact = redactor(settings.knownSecrets);
  const result = await runCodex(
    {
      binary: settings.codex.path,
      prompt: buildPrompt(spec),
      threadId,
      model: policy.codex_model,
      sandbox: policy.codex_sandbox,
      provider: settings.provider,
      isolation: settings.isolation,
      network: policy.box_network,
      limits: settings.limits,
      workDir: workspace.tree,
      scratch: workspace.scratch,
      codexHome: workspace.codexHome,
      repositoryInstructions: policy.repository_instructions,
      readOnly: settings.toolPaths,
      env: await boxEnvironment(workspace.scratch, settings.path),
      clocks: {
        totalMs: clock(policy.max_agent_seconds),
        silenceMs: clock(policy.silence_seconds),
        turnMs: clock(policy.turn_seconds),
      },
      overrides: settings.overrides,
      outputSchema: summarySchema(),
      eventsFile: join(eventsFile),
      redact,
    },
    signal,
    onProgress,
  );
  const { codexHome } = workspace;
  return {
    ...result,
    resumed: threadId !== null,
    notResumed,
    model: policy.codex_model ?? settings.provider.model,
    session: await packSession({ codexHome, threadId: result.summary.threadId, redact }),
  };
}

/** In the policy's words 0 is no clock. */
function clock(seconds: number): number | null {
  return seconds === 0 ? null : seconds * 1_000;
}
