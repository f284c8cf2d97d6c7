// A whole attempt as a runner makes it: a repository behind real HTTP, the real Codex, a scripted model. Only the box is left out.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Conversation } from "../../../demo/model/conversation.ts";
import { type ScriptedModel, startScriptedModel } from "../../../demo/model/scripted-model.ts";
import { type AttemptResult, runAttempt } from "../../../runner/attempt/run-attempt.ts";
import type { RunnerSettings } from "../../../runner/attempt/settings.ts";
import { codexVendorFolder } from "../../../runner/codex/codex-package.ts";
import { AttemptSpec } from "../../../src/core/packet.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/core/policy.ts";
import { connect } from "../../../src/database/connect.ts";
import { BRANCH, IDENTITY, type Stand } from "../../support/workspace.ts";

export type RealAttempt = AttemptResult & {
  dataDir: string;
  requests: ReturnType<ScriptedModel["requests"]>;
};
type Options = {
  conversation: Conversation;
  policy?: Partial<Policy>;
  packet?: Record<string, unknown>;
  knownSecrets?: string[];
};

/** Runs one attempt on what stands there, to its report. */
export async function realAttempt(at: Stand, options: Options): Promise<RealAttempt> {
  const model = await startScriptedModel(options.conversation);
  const database = connect(`sqlite:${join(at.root, "none.db")}`);
  const dataDir = join(at.root, "data");
  mkdirSync(dataDir, { recursive: true });
  try {
    const result = await runAttempt({
      db: database.knex,
      settings: settingsIn(at, dataDir, model, options),
      spec: specFor(at, options),
      attemptId: "att_1",
      eventsFile: join(dataDir, "reports", "events.jsonl"),
      signal: at.signal,
      onProgress: () => undefined,
    });
    return { ...result, dataDir, requests: model.requests() };
  } finally {
    await model.stop();
    await database.close();
  }
}

function settingsIn(
  at: Stand,
  dataDir: string,
  model: ScriptedModel,
  { knownSecrets = [] }: Options,
): RunnerSettings {
  return {
    name: "here",
    baseDir: join(at.root, "attempts"),
    cacheDir: join(dataDir, "cache"),
    dataDir,
    codex: { path: join(codexVendorFolder() ?? "", "bin", "codex"), source: "package", version: "0" },
    provider: {
      kind: "api_key",
      name: "scripted",
      baseUrl: model.url,
      keyEnv: "KEY",
      key: model.key,
      model: null,
      wireApi: "responses",
      query: {},
      headers: {},
    },
    isolation: { kind: "none" },
    allowUnboxed: true,
    templates: {},
    overrides: [],
    path: [dirname(process.execPath), "/usr/local/bin:/usr/bin:/bin"].join(":"),
    toolPaths: [],
    knownSecrets,
  };
}

function specFor(at: Stand, { policy = {}, packet = {} }: Options): AttemptSpec {
  return AttemptSpec.parse({
    runId: "run_1",
    attempt: 1,
    epoch: 1,
    failedInRow: 0,
    clone: { url: at.url, host: "127.0.0.1", repositoryId: 7, owner: "octo", repo: "target" },
    base: { branch: "main", sha: at.baseSha },
    from: null,
    threadId: null,
    promptVersion: "issue",
    prompt: "Do what the issue asks.",
    packet: {
      version: "agentpr.task_packet.v2",
      run: { id: "run_1", owner: "octo", repo: "target", attempt: 1, purpose: "execute" },
      request: { title: "Say more", body: "please", author: "ada", issue: 1 },
      failures: [],
      feedback: [],
      instructions: [],
      budget: { maxChangedFiles: 6, maxAddedLines: 120, maxAgentSeconds: 60 },
      ...packet,
    },
    policy: {
      ...DEFAULT_POLICY,
      codex_model: "gpt-scripted",
      isolation: "none",
      max_agent_seconds: 60,
      ...policy,
    },
    seal: { branch: BRANCH, ...IDENTITY, signOff: false, trailers: [] },
  });
}
