// A command line with everything an attempt needs but daemons: the local GitHub, a scripted model, a repository, a database.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { boxProblem } from "../../demo/box-problem.ts";
import { startLocalGitHub } from "../../demo/github/start-local-github.ts";
import type { Conversation } from "../../demo/model/conversation.ts";
import { startScriptedModel } from "../../demo/model/scripted-model.ts";
import { connect, type Database } from "../../src/database/connect.ts";
import { type Files, writeFiles } from "./git-repository.ts";
import { CLI_MAIN } from "./run-cli.ts";

const FILES: Files = {
  "package.json": JSON.stringify({ name: "adder", type: "module", scripts: { test: "node --test" } }),
  "add.js": "export const add = (a, b) => a + b;\n",
  "add.test.js":
    'import test from "node:test";\nimport assert from "node:assert";\nimport { add } from "./add.js";\ntest("adds", () => assert.equal(add(1, 2), 3));\n',
};

export type Foreground = {
  dir: string;
  database: Database;
  /** Starts a command as a person would. */
  start(args: readonly string[]): ReturnType<typeof launch>;
  /** A new run, by its id. */
  createRun(id: string): Promise<string>;
  stop(): Promise<void>;
};

export async function raiseForeground(conversation: Conversation): Promise<Foreground> {
  const dir = await mkdtemp(join(tmpdir(), "agentpr-foreground-"));
  const github = await startLocalGitHub({ dir: join(dir, "github"), ci: { enabled: false } });
  const model = await startScriptedModel(conversation);
  writeFiles(join(dir, "seed"), FILES);
  github.addUser("tidy", { type: "Organization" });
  github.addUser("ada");
  const shared = { owner: "tidy", from: join(dir, "seed"), collaborators: { ada: "admin" } } as const;
  await github.addRepository({ ...shared, name: "adder" });
  await github.addRepository({ ...shared, name: "vault", private: true });
  github.install("tidy");
  const env = await environment(dir, { github, model });
  const start = (args: readonly string[]) => launch(env, args);
  const made = await start(["init-db"]);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  const database = connect(env.AGENTPR_DATABASE_URL);
  return {
    dir,
    database,
    start,
    createRun: async (id) => {
      const created = await start([
        "create-run",
        "tidy/adder",
        "--task",
        "Add subtract",
        "--run-id",
        id,
        "--duplicate",
        "--json",
      ]);
      if (created.exitCode !== 0) throw new Error(created.stderr);
      return id;
    },
    stop: async () => {
      await Promise.all([database.close(), github.stop(), model.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function launch(env: Record<string, string>, args: readonly string[]) {
  return execa(process.execPath, [CLI_MAIN, ...args], {
    env,
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
}

type Servers = {
  github: Awaited<ReturnType<typeof startLocalGitHub>>;
  model: Awaited<ReturnType<typeof startScriptedModel>>;
};

async function environment(dir: string, { github, model }: Servers) {
  const data = join(dir, "data");
  await writeFile(join(dir, "empty.env"), "");
  const unboxed = (await boxProblem()) === null ? {} : { AGENTPR_ALLOW_UNBOXED: "1" };
  return {
    ...{ PATH: process.env.PATH ?? "", HOME: dir, LANG: "C.UTF-8", LOG_LEVEL: "warn" },
    ...{ AGENTPR_DATA_DIR: data, AGENTPR_DATABASE_URL: `sqlite:${join(data, "agentpr.db")}` },
    ...{ APP_ID: String(github.app.id), PRIVATE_KEY: github.app.privateKey },
    ...{ WEBHOOK_SECRET: github.app.webhookSecret },
    ...{ AGENTPR_GITHUB_API_URL: github.apiUrl, AGENTPR_GITHUB_URL: github.url },
    ...{ AGENTPR_DEFAULT_PROMPT_VERSION: "issue", AGENTPR_BASE_DIR: join(dir, "workspaces") },
    ...{ OPENAI_API_KEY: model.key, OPENAI_BASE_URL: model.url },
    ...unboxed,
  };
}
