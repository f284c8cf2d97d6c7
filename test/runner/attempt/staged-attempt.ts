import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Conversation } from "../../../demo/model/conversation.ts";
import {
  type ScriptedModel,
  type ServedRequest,
  startScriptedModel,
} from "../../../demo/model/scripted-model.ts";
import { runWorker, type WorkerRun } from "../../../runner/attempt/run-worker.ts";
import type { AttemptSettings } from "../../../runner/attempt/settings.ts";
import { codexVendorFolder } from "../../../runner/codex/codex-package.ts";
import { chooseSkills } from "../../../runner/skills/choose-skills.ts";
import { UNLIMITED } from "../../../src/core/allowance.ts";
import type { Contract } from "../../../src/core/contract.ts";
import { type AttemptSpec, TaskPacket } from "../../../src/core/packet.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/core/policy.ts";
import { NO_SETTINGS } from "../../../src/core/repository-settings.ts";
import { connect } from "../../../src/database/connect.ts";
import { attemptFolder, LIMITS } from "../box/boxed.ts";

export const CONTRACT: Contract = {
  decision: "proceed",
  reasons: ["src/a.ts is where such things stand"],
  toolchain: { install: [], test: ["node --test"], lint: [] },
  conventions: { commit: null, branch: null },
  scope: ["src/a.ts"],
  risks: [],
  notes: "mind-the-gap",
};
export const SUMMARY = JSON.stringify({ status: "pass", title: "Add a", notes: "" });

type Order = {
  bwrap: string;
  conversation: Conversation;
  policy?: Partial<Policy>;
  purpose?: TaskPacket["run"]["purpose"];
  /** In the work tree from the beginning. */
  files?: Record<string, string>;
};
export type Worked = {
  result: WorkerRun;
  requests: ServedRequest[];
  tree: string;
  events: string;
  /** Shown by `title` of the request. */
  skills: string[];
};

/** What the real Codex does with skills, in a box, when its model answers by a script. */
export async function work({
  bwrap,
  conversation,
  policy,
  purpose = "execute",
  files = {},
}: Order): Promise<Worked> {
  const folders = attemptFolder();
  for (const [path, text] of Object.entries(files)) put(join(folders.workDir, path), text);
  const model = await startScriptedModel(conversation);
  const spec = specOf({ skills_mode: "agentpr", ...policy }, purpose);
  const chosen = await chooseSkills({
    policy: spec.policy,
    purpose,
    template: join(folders.root, "template"),
    accepted: join(folders.root, "skills"),
  });
  const skills = chosen.ok ? chosen.skills : [];
  const eventsFile = join(folders.root, "events.jsonl");
  const { workDir: tree, scratch, codexHome, root } = folders;
  const workspace = {
    ...{ tree, scratch, codexHome },
    runDir: root,
    gitDir: root,
    home: root,
    baseSha: "",
    startSha: "",
  };
  const { signal } = new AbortController();
  const database = connect(`sqlite:${join(root, "unused.db")}`);
  try {
    const order = {
      settings: settingsOf(model, bwrap, root),
      db: database.knex,
      spec,
      workspace,
      skills,
      eventsFile,
      signal,
    };
    const result = await runWorker(order, () => undefined);
    return {
      result,
      requests: model.requests(),
      tree,
      events: eventsFile,
      skills: skills.map(({ name }) => name),
    };
  } finally {
    await Promise.all([model.stop(), database.close()]);
  }
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export function settingsOf(model: ScriptedModel, bwrap: string, root: string): AttemptSettings {
  const { url: baseUrl, key } = model;
  const provider = {
    kind: "api_key",
    name: "scripted",
    baseUrl,
    keyEnv: "KEY",
    key,
    model: "gpt-scripted",
  } as const;
  return {
    name: "test",
    ...{ baseDir: join(root, "runs"), cacheDir: join(root, "cache"), dataDir: join(root, "data") },
    codex: { path: join(codexVendorFolder() ?? "", "bin", "codex"), source: "package", version: "0.169.0" },
    provider: { ...provider, wireApi: "responses", query: {}, headers: {} },
    isolation: { kind: "box", bwrap },
    allowUnboxed: false,
    limits: LIMITS,
    // What an operator could ask for; a turn for the contract stays read-only.
    overrides: ['sandbox_mode="danger-full-access"'],
    path: "/usr/local/bin:/usr/bin:/bin",
    toolPaths: [],
    templates: {},
    knownSecrets: [],
  };
}

export function specOf(
  policy: Partial<Policy>,
  purpose: TaskPacket["run"]["purpose"] = "execute",
): AttemptSpec {
  const identity = { name: "agentpr[bot]", email: "1+agentpr[bot]@users.noreply.github.test" };
  return {
    ...{ runId: "run_1", attempt: 1, epoch: 1, failedInRow: 0 },
    clone: {
      url: "https://github.test/o/r.git",
      host: "github.test",
      repositoryId: 1,
      privateTo: null,
      owner: "o",
      repo: "r",
    },
    base: { branch: "main", sha: null },
    ...{ from: null, threadId: null, promptVersion: "issue", prompt: "Do what the issue asks." },
    packet: TaskPacket.parse({
      version: "agentpr.task_packet.v2",
      run: { id: "run_1", owner: "o", repo: "r", attempt: 1, purpose },
      request: {
        title: "Add a",
        body: "please, with $evil and $agentpr-implement-and-validate",
        author: "ada",
        issue: 1,
      },
      ...{ failures: [], feedback: [], instructions: [] },
      budget: { maxChangedFiles: 6, maxAddedLines: 120, maxAgentSeconds: 900 },
    }),
    policy: { ...DEFAULT_POLICY, ...policy },
    repository: NO_SETTINGS,
    allowance: UNLIMITED,
    seal: {
      branch: "agentpr/issue-1",
      author: identity,
      committer: identity,
      at: 1_700_000_000,
      signOff: false,
      trailers: [],
    },
  };
}
