import { join } from "node:path";
import type { AttemptSpec } from "../../src/core/packet.ts";
import type { CodexResult, Progress } from "../codex/codex-order.ts";
import { runCodex } from "../codex/run-codex.ts";
import { findSession } from "../codex/session-file.ts";
import type { Workspace } from "../workspace/provision.ts";
import { boxEnvironment } from "./box-environment.ts";
import { buildPrompt, summarySchema } from "./prompt.ts";
import { redactor } from "./redact.ts";
import type { AttemptSettings } from "./settings.ts";

type Order = {
  settings: AttemptSettings;
  spec: AttemptSpec;
  workspace: Workspace;
  eventsFile: string;
  signal: AbortSignal;
};
export type WorkerRun = CodexResult & { resumed: boolean };

/** Has Codex do the task: on the run's own thread where that is still there, else on a new one. */
export async function runWorker(order: Order, onProgress: (progress: Progress) => void): Promise<WorkerRun> {
  const { settings, spec, workspace, eventsFile, signal } = order;
  const { policy } = spec;
  const threadId = await liveThread(workspace.codexHome, spec.threadId);
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
      readOnly: settings.toolPaths,
      env: await boxEnvironment({ ...settings, scratch: workspace.scratch, workDir: workspace.tree }),
      clocks: {
        totalMs: clock(policy.max_agent_seconds),
        silenceMs: clock(policy.silence_seconds),
        turnMs: clock(policy.turn_seconds),
      },
      overrides: settings.overrides,
      outputSchema: summarySchema(),
      eventsFile: join(eventsFile),
      redact: redactor(settings.knownSecrets),
    },
    signal,
    onProgress,
  );
  return { ...result, resumed: threadId !== null };
}

/** A thread can only be resumed where its session file is; elsewhere a new one begins with the whole packet. */
async function liveThread(codexHome: string, threadId: string | null): Promise<string | null> {
  if (threadId === null) return null;
  return (await findSession(codexHome, threadId)) === null ? null : threadId;
}

/** In the policy's words 0 is no clock. */
function clock(seconds: number): number | null {
  return seconds === 0 ? null : seconds * 1_000;
}
