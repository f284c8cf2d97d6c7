import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { endWithUs } from "./end-with-us.ts";

const MAIN = join(import.meta.dirname, "../src/cli/main.js");

/** One of agentpr's own processes, as an operator would start it. */
export type Child = {
  readonly pid: number;
  /** What it said about itself when it was ready. */
  readonly ready: Readonly<Record<string, string>>;
  /** Comes about when it has ended, and says how. */
  readonly ended: Promise<Ending>;
  /** Kills it at once, as a crash would. */
  kill(): Promise<void>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
};

export type Ending = { code: number | null; signal: string | null };

type Start = { args: string[]; env: Record<string, string>; logFile: string };

export async function startChild({ args, env, logFile }: Start): Promise<Child> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args, "--json"], {
    env,
    cwd: env.HOME ?? "/",
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithUs(child);
  const ended = new Promise<Ending>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  child.stderr.pipe(createWriteStream(logFile, { flags: "a" }));
  const ready = await Promise.race([firstLine(child), ended.then(() => null)]);
  if (ready === null) throw new Error(`agentpr ${args.join(" ")} ended before it was ready; see ${logFile}`);
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    kill: () => end(child, "SIGKILL", ended),
    stop: () => end(child, "SIGTERM", ended),
  };
}

async function firstLine(child: ChildProcess): Promise<Record<string, string> | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { ready?: Record<string, string> };
    if (said.ready) return said.ready;
  }
  return null;
}

async function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<Ending>): Promise<void> {
  child.kill(signal);
  await ended;
}

/** Runs one command to its end. */
export function runOnce(
  args: string[],
  env: Record<string, string>,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  return new Promise((resolve) => child.once("close", (exitCode) => resolve({ exitCode, ...output })));
}
