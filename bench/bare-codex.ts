import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { anything, type Conversation, say, turn } from "../demo/model/conversation.ts";
import { type ScriptedModel, startScriptedModel } from "../demo/model/scripted-model.ts";
import { codexArgs, NONCE_VARIABLE } from "../runner/codex/codex-args.ts";
import { prepareCodexHome } from "../runner/codex/codex-home.ts";
import { findCodex } from "../runner/codex/find-codex.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";

export type BareCodex = { firstRequestMs: number; totalMs: number };
type Order = { dir: string; times: number };

const ONE_WORD: Conversation = [turn(anything, [say("Done.")])];
const SAMPLE = join(import.meta.dirname, "../demo/sample");

/** From the start of `codex exec` to its end, with a model that answers one word. */
export async function bareCodex(order: Order): Promise<Percentiles> {
  return percentiles((await runBareCodex({ ...order, conversation: ONE_WORD })).map((run) => run.totalMs));
}

/** From the start of `codex exec` to its first request to the model. */
export async function bareCodexRequest(order: Order): Promise<Percentiles> {
  const runs = await runBareCodex({ ...order, conversation: ONE_WORD });
  return percentiles(runs.map((run) => run.firstRequestMs));
}

/** The real CLI against the scripted model, with our settings but no box, no key proxy and nobody reading along. */
export async function runBareCodex({
  dir,
  times,
  conversation,
  prompt = "Say one word.",
}: Order & { conversation: Conversation; prompt?: string }): Promise<BareCodex[]> {
  const model = await startScriptedModel(conversation);
  try {
    const { path } = await findCodex(process.env, AbortSignal.timeout(10_000));
    const runs: BareCodex[] = [];
    for (let run = 0; run < times; run += 1) runs.push(await runOnce({ dir, path, model, prompt }));
    return runs;
  } finally {
    await model.stop();
  }
}

type Call = { dir: string; path: string; model: ScriptedModel; prompt: string };

async function runOnce({ dir, path, model, prompt }: Call): Promise<BareCodex> {
  const place = await mkdtemp(join(dir, "codex-"));
  const [home, work] = [join(place, "home"), join(place, "work")];
  await mkdir(home);
  await prepareCodexHome({ dir: home });
  await cp(SAMPLE, work, { recursive: true });
  await promisify(execFile)("git", ["init", "--quiet", work]);
  const before = model.requests().length;
  const startedAt = Date.now();
  const started = performance.now();
  await finished(path, { home, work, model, prompt });
  const totalMs = performance.now() - started;
  const first = model.requests()[before];
  if (first === undefined) throw new Error("Codex ended without asking the model");
  return { totalMs, firstRequestMs: first.at - startedAt };
}

type Place = { home: string; work: string; model: ScriptedModel; prompt: string };

function finished(path: string, { home, work, model, prompt }: Place): Promise<void> {
  const child = spawn(path, argsFor(home, model), {
    cwd: work,
    env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, [NONCE_VARIABLE]: model.key },
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.stdin.end(prompt);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`codex exec ended with ${code}`));
    });
  });
}

function argsFor(home: string, model: ScriptedModel): string[] {
  return codexArgs({
    threadId: null,
    model: null,
    sandbox: "danger-full-access",
    access: { kind: "proxy", baseUrl: model.url, retries: 2 },
    lastMessageFile: join(home, "last-message.txt"),
    outputSchemaFile: null,
    repositoryInstructions: false,
    mark: null,
    commandEnv: {},
    overrides: [],
  });
}
