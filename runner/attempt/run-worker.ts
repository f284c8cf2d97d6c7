import { join } from "node:path";
import { longestMs, overspent } from "../../src/core/allowance.ts";
import type { ContractOutcome } from "../../src/core/contract.ts";
import { priceOf } from "../../src/core/cost.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { addUsage, NO_USAGE, type Usage } from "../../src/core/usage.ts";
import type { Db } from "../../src/database/connect.ts";
import type { CodexOrder, CodexResult, Progress } from "../codex/codex-order.ts";
import { joinTurns, progressAfter } from "../codex/join-turns.ts";
import { type PackedSession, packSession } from "../codex/pack-session.ts";
import { runCodex } from "../codex/run-codex.ts";
import { findSession } from "../codex/session-file.ts";
import { homeFilesOf } from "../skills/choose-skills.ts";
import type { Skill } from "../skills/shipped.ts";
import type { Workspace } from "../workspace/provision.ts";
import { boxEnvironment } from "./box-environment.ts";
import { redactor } from "./redact.ts";
import { resumeThread } from "./resume-thread.ts";
import type { AttemptSettings } from "./settings.ts";
import { runStaged, type TakeTurn } from "./staged-worker.ts";
import { soleTurn, type Turn } from "./turns.ts";

type Order = {
  db: Db;
  settings: AttemptSettings;
  spec: AttemptSpec;
  workspace: Workspace;
  skills: readonly Skill[];
  eventsFile: string;
  signal: AbortSignal;
};
export type WorkerRun = CodexResult & {
  resumed: boolean;
  /** Why a thread that was to be gone on with was not. */
  notResumed: string | null;
  /** The thread's file as it lies here now. */
  session: PackedSession | null;
  /** Null where none was asked for, or Codex did not come to an answer. */
  contract: ContractOutcome | null;
};

type Turns = { result: CodexResult; contract: ContractOutcome | null };

/** Has Codex do the task: on the run's own thread where that can still be had, else on a new one. */
export async function runWorker(order: Order, onProgress: (progress: Progress) => void): Promise<WorkerRun> {
  const { db, settings, spec, workspace } = order;
  const { threadId, notResumed } = await resumeThread({ ...spec, db, workspace });
  const { result, contract } = await takeTurns(order, turnTaker(order, threadId, onProgress));
  const session = await packSession({
    codexHome: workspace.codexHome,
    threadId: result.summary.threadId,
    redact: redactor(settings.knownSecrets),
  });
  return { ...result, resumed: threadId !== null, notResumed, session, contract };
}

async function takeTurns({ spec, skills }: Order, take: TakeTurn): Promise<Turns> {
  if (!isStaged(spec)) return { result: await take(soleTurn(spec, skills)), contract: null };
  const { turns, contract } = await runStaged(spec, take);
  return { result: joinTurns(turns), contract };
}

function isStaged({ policy, packet }: AttemptSpec): boolean {
  return policy.skills_mode === "agentpr" && packet.run.purpose === "execute";
}

/** Takes turns on one thread and within one total time. */
function turnTaker(
  order: Order,
  threadId: string | null,
  onProgress: (progress: Progress) => void,
): TakeTurn {
  const { workspace, signal } = order;
  const done: CodexResult[] = [];
  return async (turn) => {
    const last = done.at(-1);
    const thread = last ? await liveThread(workspace.codexHome, last.summary.threadId) : threadId;
    const spentMs = done.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const used = done.reduce((sum, { summary }) => addUsage(sum, summary.usage), NO_USAGE);
    const codexOrder = await orderOf(order, turn, { threadId: thread, spentMs, used });
    const result = await runCodex(codexOrder, signal, (progress) =>
      onProgress(progressAfter(done, progress)),
    );
    done.push(turn.readOnly ? withoutEdits(result) : result);
    return done.at(-1) ?? result;
  };
}

async function orderOf(
  { settings, spec, workspace, skills, eventsFile }: Order,
  { prompt, outputSchema, readOnly }: Turn,
  { threadId, spentMs, used }: { threadId: string | null; spentMs: number; used: Usage },
): Promise<CodexOrder> {
  const { policy, allowance } = spec;
  const total = longestMs(allowance, policy.max_agent_seconds);
  const price = priceOf(policy.codex_model, policy.prices);
  return {
    binary: settings.codex.path,
    prompt,
    threadId,
    model: policy.codex_model,
    sandbox: readOnly ? "read-only" : policy.codex_sandbox,
    provider: settings.provider,
    isolation: settings.isolation,
    network: policy.box_network,
    limits: settings.limits,
    workDir: workspace.tree,
    scratch: workspace.scratch,
    codexHome: workspace.codexHome,
    homeFiles: homeFilesOf(skills),
    repositoryInstructions: policy.repository_instructions,
    readOnly: settings.toolPaths,
    env: await boxEnvironment({ ...settings, scratch: workspace.scratch, workDir: workspace.tree }),
    clocks: {
      totalMs: total === null ? null : Math.max(1, total - spentMs),
      silenceMs: clock(policy.silence_seconds),
      turnMs: clock(policy.turn_seconds),
    },
    overspent: (usage) => overspent(allowance, addUsage(used, usage), price),
    overrides: [...settings.overrides, ...(readOnly ? [READ_ONLY] : [])],
    outputSchema,
    eventsFile: join(eventsFile),
    eventBytes: policy.artifact_cap,
    redact: redactor(settings.knownSecrets),
  };
}

/** After the operator's own settings, which otherwise have the last word. */
const READ_ONLY = 'sandbox_mode="read-only"';

function withoutEdits(result: CodexResult): CodexResult {
  const commands = result.summary.commands.map((command) => ({ ...command, readOnlyTurn: true }));
  return { ...result, summary: { ...result.summary, commands } };
}

/** A later turn goes on with the thread of the one before, if that has left its file. */
async function liveThread(codexHome: string, threadId: string | null): Promise<string | null> {
  if (threadId === null) return null;
  return (await findSession(codexHome, threadId)) === null ? null : threadId;
}

/** In the policy's words 0 is no clock. */
function clock(seconds: number): number | null {
  return seconds === 0 ? null : seconds * 1_000;
}
