import { readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { Conversation } from "../../../demo/model/conversation.ts";
import { type ScriptedModel, startScriptedModel } from "../../../demo/model/scripted-model.ts";
import type { CodexOrder, CodexResult } from "../../../runner/codex/codex-order.ts";
import { codexVendorFolder } from "../../../runner/codex/codex-package.ts";
import { runCodex } from "../../../runner/codex/run-codex.ts";
import { attemptFolder, LIMITS, temporaryFolder } from "../box/boxed.ts";

export type Attempt = ReturnType<typeof attemptFolder> & { model: ScriptedModel; order: CodexOrder };

/** The real Codex's attempt at a scripted conversation, in a folder of its own; nothing is run yet. */
export async function attemptWith(
  conversation: Conversation,
  changes: Partial<CodexOrder> = {},
): Promise<Attempt> {
  const model = await startScriptedModel(conversation);
  const folders = attemptFolder();
  const order: CodexOrder = {
    binary: join(codexVendorFolder() ?? "", "bin", "codex"),
    prompt: "please do the task",
    threadId: null,
    model: "gpt-scripted",
    sandbox: "danger-full-access",
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
    network: "full",
    limits: LIMITS,
    workDir: folders.workDir,
    scratch: folders.scratch,
    codexHome: folders.codexHome,
    readOnly: [],
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: folders.scratch,
      TMPDIR: join(folders.scratch, "tmp"),
      LANG: "C.UTF-8",
    },
    clocks: { totalMs: 15_000, silenceMs: 10_000, turnMs: null },
    overrides: [],
    outputSchema: null,
    retries: 0,
    eventsFile: join(folders.root, "events.jsonl"),
    redact: (text) => text,
    ...changes,
  };
  return { ...folders, model, order };
}

export async function run(
  { order, model }: Attempt,
  signal = new AbortController().signal,
): Promise<CodexResult> {
  try {
    return await runCodex(order, signal, () => undefined);
  } finally {
    await model.stop();
  }
}

/** A folder outside the attempt, such as another person's home would be. */
export function outsideFolders(): string[] {
  return [homedir(), tmpdir()].map((parent) => temporaryFolder(parent));
}

/** Lines that commands wrote, in order. */
export function outputsIn(eventsFile: string): string[] {
  const events = readFileSync(eventsFile, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return events
    .filter((event) => event.item?.type === "command_execution" && event.type === "item.completed")
    .flatMap((event) =>
      String(event.item.aggregated_output ?? "")
        .trim()
        .split("\n"),
    );
}
