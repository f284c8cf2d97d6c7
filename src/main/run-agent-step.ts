import { allowReadPaths } from "../../runner/attempt/read-paths.ts";
import type { RunnerSettings as Machine } from "../../runner/attempt/settings.ts";
import { loadAppKey } from "../config/app-key.ts";
import { readGitHubCredentials } from "../config/github-credentials.ts";
import { readGitHubToken } from "../config/github-token.ts";
import { loadPolicy } from "../config/policy-file.ts";
import type { AppSettings, RunnerSettings } from "../config/settings.ts";
import type { AttemptSpec } from "../core/packet.ts";
import { Policy } from "../core/policy.ts";
import { Problem } from "../core/problem.ts";
import type { Run } from "../core/run.ts";
import { withUserPacket } from "../core/task-packet.ts";
import type { UserPacket } from "../core/user-packet.ts";
import { findRun } from "../database/runs.ts";
import { type AppContext, contextOf, LACKING } from "../jobs/context.ts";
import { sharedContext } from "./app-context.ts";
import { type ForegroundEnd, type ForegroundOrder, foregroundAttempt } from "./foreground-attempt.ts";
import { openLog, openWorld } from "./open-world.ts";
import { readMachine } from "./run-preflight.ts";

export type AgentStep = Pick<ForegroundOrder, "runId" | "by" | "cause" | "flags" | "onlooker" | "stop"> & {
  app: AppSettings;
  runner: RunnerSettings;
  /** Flags over the policy. */
  policy: Partial<Policy>;
  readPaths: readonly string[];
  skipPreflight: boolean;
  allowAgentPush: boolean;
  allowMissingSkills: boolean;
  /** What the person adds to the packet. */
  packet: UserPacket | null;
};

/** Puts an app's side and a runner's side together for one attempt. */
export async function runAgentStep(step: AgentStep): Promise<ForegroundEnd> {
  const { app, runId } = step;
  const log = openLog(app.logLevel, "foreground");
  const { databaseUrl, traces } = app;
  const world = await openWorld({ databaseUrl, key: loadAppKey(app.dataDir), log, traces });
  try {
    const run = await findRun(world.database.knex, runId);
    if (run === null) return { kind: "no_run" };
    const base = loadPolicy(app.policyFile).policyFor;
    const policyFor = (repository: Parameters<typeof base>[0]) => base(repository, step.policy);
    const context = await contextFor(run, { settings: app, policyFor, world });
    const machine = await machineFor(step);
    return await foregroundAttempt({ ...step, context, machine, change: (spec) => changed(spec, step) });
  } finally {
    await world.close();
  }
}

/** With what the run reaches GitHub, as the app would. */
async function contextFor(
  { mode }: Run,
  {
    settings,
    policyFor,
    world,
  }: Pick<Parameters<typeof sharedContext>[0], "settings" | "policyFor" | "world">,
): Promise<AppContext> {
  const credentials = readGitHubCredentials(settings);
  const token = (await readGitHubToken(settings))?.token ?? null;
  const context = contextOf(await sharedContext({ settings, credentials, token, policyFor, world }), mode);
  if (context !== null) return context;
  throw new Problem(
    `Not set here: ${LACKING[mode]}`,
    "an attempt is asked for with what its run reaches GitHub by",
    "Set it in .env, or run this where the app's settings are",
  );
}

async function machineFor({ runner, readPaths, stop, ...step }: AgentStep): Promise<Machine> {
  const machine = await readMachine(runner, stop);
  const lent = await allowReadPaths(readPaths, { own: [runner.dataDir, runner.baseDir] });
  const { skipPreflight, allowAgentPush, allowMissingSkills } = step;
  const toolPaths = [...machine.toolPaths, ...lent];
  return { ...machine, toolPaths, skipPreflight, allowAgentPush, allowMissingSkills };
}

/** The order as the flags want it; what the worker is told of its budget goes with them. */
function changed(spec: AttemptSpec, { policy: flags, packet: added }: AgentStep): AttemptSpec {
  const policy = Policy.parse({ ...spec.policy, ...flags });
  const { packet } = spec;
  const budget = {
    ...packet.budget,
    maxChangedFiles: policy.max_changed_files,
    maxAddedLines: policy.max_added_lines,
    maxAgentSeconds: policy.max_agent_seconds,
  };
  const told = added === null ? packet : withUserPacket(packet, added);
  return { ...spec, policy, packet: { ...told, budget } };
}
