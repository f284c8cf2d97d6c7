// runner: runs Codex. A daemon that takes attempts from the jobs table; it holds no GitHub credential and no app key.

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { DEFAULT_POLICY } from "../src/core/policy.ts";
import { Problem } from "../src/core/problem.ts";
import { saveRunner } from "../src/database/runners.ts";
import type { ReaderKey } from "../src/engine/sealed-envelope.ts";
import { startWorker, type Worker } from "../src/engine/worker.ts";
import { workerName } from "../src/engine/worker-name.ts";
import type { World } from "../src/engine/world.ts";
import { attemptJob } from "./attempt/attempt-job.ts";
import { boxLimits } from "./attempt/box-limits.ts";
import { secretsOf } from "./attempt/redact.ts";
import { loadRuntimeTemplates } from "./attempt/runtime-templates.ts";
import type { RunnerSettings } from "./attempt/settings.ts";
import { sweepWorkspaces } from "./attempt/sweep-workspaces.ts";
import type { Isolation } from "./box/box-args.ts";
import { findBwrap } from "./box/find-bwrap.ts";
import { type BoxProbe, probeBox } from "./box/probe-box.ts";
import { nodeToolPaths } from "./box/tool-paths.ts";
import { readOverrides } from "./codex/config-overrides.ts";
import { findCodex } from "./codex/find-codex.ts";
import { loadRunnerKey } from "./credential/runner-key.ts";
import { providerSecrets, selectProvider } from "./provider/select-provider.ts";

export type RunnerOrder = {
  world: World;
  name: string;
  environment: Readonly<Record<string, string | undefined>>;
  baseDir: string;
  dataDir: string;
  concurrency: number;
  pollMs: number;
  allowUnboxed: boolean;
  /** policy/runtime_env_overrides.json. */
  runtimeEnvFile: string;
  signal: AbortSignal;
};

type KeyedSettings = RunnerSettings & { key: ReaderKey };

/** What has to be known to find out what a machine can do. */
export type MachineOrder = Pick<
  RunnerOrder,
  "name" | "environment" | "baseDir" | "dataDir" | "allowUnboxed" | "runtimeEnvFile" | "signal"
> & { world: Pick<World, "log"> };

const VERSION = "0.1.0";
const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/** Finds out what this machine can do, registers, and takes jobs until drained or stopped. */
export async function startRunner(order: RunnerOrder): Promise<Worker & { settings: KeyedSettings }> {
  const { world, name, concurrency, pollMs } = order;
  const machine = await machineSettings(order);
  const key = await loadRunnerKey(order.dataDir);
  const slots = slotsFor(machine.provider, concurrency);
  warnOfLogin(world, machine.provider);
  const settings = { ...machine, key };
  await sweepWorkspaces(world, machine.baseDir);
  await registerRunner(world, name, { capacity: slots, key });
  const worker = startWorker(world, {
    lane: "runner",
    name: workerName("runner"),
    slots,
    handlers: { attempt: (job, lease) => attemptJob(world, settings, { job, lease }) },
    pollMs,
    repositoryCap: 2,
  });
  return { ...worker, settings };
}

/** A login renews itself in its one file, so two attempts would spoil it for each other. */
export function slotsFor({ kind }: RunnerSettings["provider"], concurrency: number): number {
  return kind === "login" ? 1 : concurrency;
}

function warnOfLogin({ log }: World, provider: RunnerSettings["provider"]): void {
  if (provider.kind === "login") log.warn({ provider: provider.name }, provider.warning);
}

/** Puts this machine on the list of runners with its key, or renews its heartbeat. */
export async function registerRunner(
  { database }: World,
  id: string,
  { capacity, key }: { capacity: number; key: ReaderKey },
): Promise<void> {
  const runner = {
    id,
    name: id,
    version: VERSION,
    capacity,
    approved: database.dialect === "sqlite",
    publicKey: key.publicKey,
  };
  await saveRunner(database, database.knex, runner);
}

/** What this machine can do; says what is missing when it cannot run Codex. */
export async function machineSettings(order: MachineOrder): Promise<RunnerSettings> {
  const { environment, signal } = order;
  const codex = await findCodex(environment, signal);
  const toolPaths = nodeToolPaths(process.execPath);
  const provider = await chooseProvider(environment);
  return {
    name: order.name,
    baseDir: order.baseDir,
    cacheDir: join(order.dataDir, "cache"),
    dataDir: order.dataDir,
    codex,
    provider,
    isolation: await chooseIsolation(order),
    allowUnboxed: order.allowUnboxed,
    overrides: overridesOf(environment.AGENTPR_CODEX_CONFIG_OVERRIDES),
    path: [dirname(process.execPath), SYSTEM_PATH].join(":"),
    toolPaths,
    knownSecrets: [...secretsOf(environment), ...providerSecrets(provider)],
    templates: await loadRuntimeTemplates(order.runtimeEnvFile),
  };
}

function overridesOf(text: string | undefined): string[] {
  const read = readOverrides(text ?? "");
  if (read.ok) return read.overrides;
  throw new Problem(
    "AGENTPR_CODEX_CONFIG_OVERRIDES is not usable",
    read.why,
    "Write key=value pairs, one a line or separated by ;",
  );
}

async function chooseProvider(environment: RunnerOrder["environment"]): Promise<RunnerSettings["provider"]> {
  const provider = selectProvider(environment, await configText(environment));
  if (provider.kind !== "none") return provider;
  throw new Problem("Codex has no model to talk to", provider.why, provider.remedy);
}

async function configText(environment: RunnerOrder["environment"]): Promise<string | null> {
  const file = join(environment.CODEX_HOME ?? join(environment.HOME ?? homedir(), ".codex"), "config.toml");
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

/** Whether this machine can make the box, tried with its exact flags. */
export async function probeMachine(path: string, signal: AbortSignal): Promise<BoxProbe> {
  const bwrap = (await findBwrap(path))?.path ?? null;
  return probeBox({ bwrap, plan: PROBE_PLAN, signal });
}

/** The box, if it can be made here; without it only where the operator has said so. */
async function chooseIsolation({
  environment,
  allowUnboxed,
  signal,
  world,
}: MachineOrder): Promise<Isolation> {
  const probe = await probeMachine(environment.PATH ?? "", signal);
  if (probe.ok) return { kind: "box", bwrap: probe.bwrap };
  if (!allowUnboxed) throw new Problem("The box cannot be made on this machine", probe.cause, probe.remedy);
  world.log.warn({ cause: probe.cause }, "there is no box: the agent can read what this user can read");
  return { kind: "none" };
}

const PROBE_PLAN = {
  workDir: "/tmp",
  scratch: "/tmp",
  codexHome: null,
  readOnly: [],
  lent: [],
  env: { PATH: SYSTEM_PATH },
  network: { kind: "full" },
  limits: boxLimits(DEFAULT_POLICY),
} as const;
