import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { boxProblem } from "../../demo/box-problem.ts";
import { CLI_MAIN } from "./run-cli.ts";

const count = z.number().int().min(0);

/** What the last line of `agentpr demo --json` promises to those who read it with a program. */
export const Summary = z.object({
  type: z.literal("summary"),
  scenario: z.enum(["main", "crash", "hostile"]),
  ok: z.boolean(),
  state: z.string(),
  states: z.array(z.object({ state: z.string(), ms: count })),
  attempts: count,
  codex_version: z.string().regex(/^\d+\.\d+\.\d+/),
  isolation: z.enum(["box", "none"]),
  pr: z
    .object({
      number: count,
      url: z.url(),
      merged: z.boolean(),
      head_sha: z.string().regex(/^[0-9a-f]{40}$/),
    })
    .nullable(),
  branches: count,
  pull_requests: count,
  sticky_comments: count,
  orphans: count,
  canaries_leaked: count,
  api_calls: z.object({ creations: count, edits: count, reads: count, unchanged: count, mints: count }),
  throttle_waits: z.object({ count, ms: count }),
  model_calls: count,
  manager_calls: count,
  duration_ms: count,
});
export type Summary = z.infer<typeof Summary>;

const Line = z.union([
  z.object({ type: z.literal("event"), ms: count, what: z.string(), detail: z.string() }),
  Summary,
]);

export type Demo = {
  exitCode: number | undefined;
  stderr: string;
  lines: z.infer<typeof Line>[];
  said: string;
};

/** Plays a scenario as a person would, in a folder of its own. Every line on stdout must be one that is promised. */
export async function playDemo(args: readonly string[]): Promise<Demo> {
  const dir = await mkdtemp(join(tmpdir(), "agentpr-scenario-"));
  try {
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [CLI_MAIN, "demo", "--json", "--dir", dir, ...args],
      { reject: false, timeout: 110_000, env: { AGENTPR_DEMO_LOG: "warn" } },
    );
    const lines = stdout.split("\n").filter((line) => line !== "");
    return { exitCode, stderr, said: stdout, lines: lines.map((line) => Line.parse(JSON.parse(line))) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export function summaryOf({ lines, stderr, said }: Demo): Summary {
  const last = lines.at(-1);
  if (last?.type !== "summary") throw new Error(`no summary at the end: ${said.slice(-2_000)} ${stderr}`);
  return last;
}

/** How attempts are isolated on this machine. */
export async function isolation(): Promise<Summary["isolation"]> {
  return (await boxProblem()) === null ? "box" : "none";
}

/** What every scenario that goes well to its end comes to. */
export const MERGED = {
  ok: true,
  state: "DONE",
  attempts: 3,
  branches: 1,
  pull_requests: 1,
  sticky_comments: 1,
  orphans: 0,
  canaries_leaked: 0,
};
