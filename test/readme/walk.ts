import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { type LocalGitHub, startLocalGitHub } from "../../demo/github/start-local-github.ts";
import { makeRepository } from "../../demo/make-repository.ts";
import { type ScriptedModel, startScriptedModel } from "../../demo/model/scripted-model.ts";
import { freePort } from "../../demo/postgres.ts";
import { mainConversation } from "../../demo/scenarios/conversation.ts";
import { type LocalTelegram, startLocalTelegram } from "../../demo/telegram/start-local-telegram.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";

/** A reader with a clean clone, and what stands for the world outside. */
export type Walk = {
  clone: string;
  github: LocalGitHub;
  telegram: LocalTelegram;
  model: ScriptedModel;
  /** A person's classic token. */
  token: string;
  port: number;
  run: string;
  code: string;
  runner: string;
  /** Fills settings in, in the clone's .env. */
  set(values: Readonly<Record<string, string>>): Promise<void>;
  /** Types a command and waits for its end. */
  type(command: string): Promise<string>;
  /** Types one that goes on, and waits until it says that it is ready. */
  serve(command: string): Promise<string>;
  stopServing(): Promise<void>;
  stop(): Promise<void>;
};

const LONGEST_MS = 900_000;
const READY_MS = 120_000;

export async function beginWalk(): Promise<Walk> {
  const dir = await mkdtemp(join(tmpdir(), "agentpr-readme-"));
  const clone = join(dir, "agentpr");
  await mkdir(join(dir, "home"));
  await execa("git", ["clone", "--quiet", "--no-local", PROJECT_ROOT, clone]);
  const github = await startLocalGitHub({ dir: join(dir, "github") });
  await makeRepository(github);
  const token = await somebodyElse(github);
  const [model, telegram] = [await startScriptedModel(mainConversation()), await startLocalTelegram()];
  const env = readersEnvironment(join(dir, "home"));
  let serving: { child: ChildProcess; ended: Promise<void> } | null = null;
  const stopServing = async () => {
    // One that has ended by itself has said why already.
    if (serving?.child.pid !== undefined && serving.child.exitCode === null)
      process.kill(-serving.child.pid, "SIGTERM");
    await serving?.ended;
    serving = null;
  };
  const port = await freePort();
  github.deliverTo(`http://127.0.0.1:${port}/api/github/webhooks`);
  return {
    ...{ clone, github, telegram, model, token, port, run: "", code: "", runner: "", stopServing },
    set: (values) => fillIn(join(clone, ".env"), values),
    type: async (command) => {
      const end = await execa("sh", ["-c", command], {
        ...{ cwd: clone, env, extendEnv: false, all: true, reject: false, timeout: LONGEST_MS },
      });
      if (end.exitCode !== 0) throw new Error(`${command} ended with ${end.exitCode}:\n${end.all}`);
      return end.stdout;
    },
    serve: async (command) => {
      await stopServing();
      // A group of its own, because npx starts a shell which starts what is meant.
      const child = spawn("sh", ["-c", command], { cwd: clone, env, detached: true });
      serving = { child, ended: new Promise((resolve) => child.once("close", () => resolve())) };
      return untilReady(command, child);
    },
    stop: async () => {
      await stopServing();
      await Promise.all([github.stop(), model.stop(), telegram.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A project where the App is not installed; olga runs agentpr. */
async function somebodyElse(github: LocalGitHub): Promise<string> {
  github.addUser("somebody");
  const from = join(PROJECT_ROOT, "demo/sample");
  await github.addRepository({ owner: "somebody", name: "project", from });
  return github.addUser("olga", { scopes: ["public_repo"] }).token;
}

/** Nothing of this project's own installation, and none of the operator's settings; npm goes where it always goes. */
function readersEnvironment(home: string): Record<string, string> {
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const given = Object.entries(process.env).filter(([name]) => /^(https?_proxy|no_proxy|LANG)$/i.test(name));
  return {
    ...(Object.fromEntries(given) as Record<string, string>),
    PATH: path.join(delimiter),
    HOME: home,
    NPM_CONFIG_USERCONFIG: process.env.NPM_CONFIG_USERCONFIG ?? join(homedir(), ".npmrc"),
    NPM_CONFIG_PREFER_OFFLINE: "true",
    NPM_CONFIG_AUDIT: "false",
    NPM_CONFIG_CACHE: process.env.npm_config_cache ?? join(homedir(), ".npm"),
  };
}

async function fillIn(file: string, values: Readonly<Record<string, string>>): Promise<void> {
  let text = await readFile(file, "utf8");
  for (const [name, value] of Object.entries(values)) {
    if (!text.includes(`\n${name}=\n`)) throw new Error(`.env.example has no empty line for ${name}`);
    text = text.replace(`\n${name}=\n`, `\n${name}=${value}\n`);
  }
  await writeFile(file, text);
}

function untilReady(command: string, child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = "";
  const hear = (chunk: Buffer) => {
    said += chunk.toString();
    // What it is ready with comes in the same breath.
    if (/^ready$/m.test(said)) resolve(said);
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  const late = setTimeout(() => reject(new Error(`${command} is not ready:\n${said}`)), READY_MS);
  child.once("close", () => reject(new Error(`${command} ended before it was ready:\n${said}`)));
  return promise.finally(() => clearTimeout(late));
}

const STATE_MS = 120_000;

/** Looks with the command that the README names, until the run is in such a state. */
export async function untilState({ type }: Walk, run: string, wanted: RegExp): Promise<void> {
  await until(`${run} as ${wanted}`, async () => {
    const said = await type(`npx agentpr show-run ${run} --json`);
    return wanted.test(/"state":\s*"([A-Z_]+)"/.exec(said)?.[1] ?? "");
  });
}

export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const over = performance.now() + STATE_MS;
  while (!(await look())) {
    if (performance.now() > over) throw new Error(`${what}: not within ${STATE_MS / 1_000} s`);
    await sleep(500);
  }
}
