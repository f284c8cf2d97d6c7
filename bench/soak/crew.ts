import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Child, type Ending, startChild } from "../../demo/child.ts";
import type { Stage } from "../../demo/stage.ts";
import { loadAppKey } from "../../src/config/app-key.ts";
import { enrolRunner } from "../../src/engine/enrol.ts";

export const ROLES = ["app", "runner-1", "runner-2"] as const;
const LOGS: Record<Role, string> = {
  app: "app.log",
  "runner-1": "runner.log",
  "runner-2": "runner-2.log",
};

export type Role = (typeof ROLES)[number];

type Member = { child: Child; since: number };

/** The processes that work, each of which may be killed at any moment. */
export type Crew = {
  /** Those that are there now: their process, and since when. */
  present(): { role: Role; pid: number; since: number }[];
  /** Kills one as a crash would, and starts it again. */
  crash(role: Role): Promise<void>;
  /** Ends one as an operator would, and starts it again. */
  restart(role: Role): Promise<void>;
  /** Those that ended though nobody had killed or stopped them. */
  deaths(): string[];
  stop(): Promise<void>;
};

/** The stage's app and runner, and a second runner beside them, with folders of its own as systemd's units give it. */
export async function gatherCrew(stage: Stage): Promise<Crew> {
  const members = new Map<Role, Member>();
  const starts: Record<Role, () => Promise<Child>> = {
    app: async () => {
      await stage.startApp();
      return stage.processes.app;
    },
    "runner-1": async () => {
      await stage.startRunner();
      await enrol(stage, stage.processes.runner);
      return stage.processes.runner;
    },
    "runner-2": () => startSecond(stage),
  };
  const deaths: string[] = [];
  const add = (role: Role, child: Child) => {
    members.set(role, { child, since: performance.now() });
    void child.ended.then(async (ending) => {
      if (members.get(role)?.child === child) deaths.push(await causeOfDeath(stage, role, ending));
    });
  };
  await enrol(stage, stage.processes.runner);
  add("app", stage.processes.app);
  add("runner-1", stage.processes.runner);
  add("runner-2", await starts["runner-2"]());
  const again = async (role: Role, how: "kill" | "stop") => {
    const member = members.get(role);
    members.delete(role);
    await member?.child[how]();
    add(role, await starts[role]());
  };
  return {
    present: () => [...members].map(([role, { child, since }]) => ({ role, pid: child.pid, since })),
    crash: (role) => again(role, "kill"),
    restart: (role) => again(role, "stop"),
    deaths: () => deaths,
    stop: async () => {
      for (const role of ROLES.toReversed()) {
        const member = members.get(role);
        members.delete(role);
        await member?.child.stop();
      }
    },
  };
}

const LAST_LINES = 8;

/** Told at once: the next process of that role writes into the same log. */
async function causeOfDeath({ dir }: Stage, role: Role, { code, signal }: Ending): Promise<string> {
  const log = await readFile(join(dir, "logs", LOGS[role]), "utf8");
  const words = log.trimEnd().split("\n").slice(-LAST_LINES).join("\n    ");
  return `${role} ended by itself with ${code ?? signal} at ${new Date().toISOString()}, saying at last:\n    ${words}`;
}

async function startSecond(stage: Stage): Promise<Child> {
  const { dir, env } = stage;
  const [data, workspaces] = [join(dir, "data-2"), join(dir, "workspaces-2")];
  await mkdir(data, { recursive: true });
  const child = await startChild({
    args: ["runner", "--settings-file", env.settings],
    env: {
      ...env.runner,
      AGENTPR_DATA_DIR: data,
      AGENTPR_BASE_DIR: workspaces,
      AGENTPR_RUNNER_NAME: "runner-2",
    },
    logFile: join(dir, "logs", LOGS["runner-2"]),
  });
  await enrol(stage, child);
  return child;
}

/** As `agentpr runners approve` does: tokens for private repositories are sealed to the runner's key. */
async function enrol({ dir, database }: Stage, { ready }: Child): Promise<void> {
  const runner = await enrolRunner({ database, key: loadAppKey(join(dir, "data")) }, ready.runner ?? "");
  if (runner === null) throw new Error(`the runner ${ready.runner} could not be approved`);
}
