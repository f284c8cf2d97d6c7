import { type ChildProcess, spawn } from "node:child_process";

export type StepOutcome = { exitCode: number; output: string };

const LONGEST_OUTPUT = 1024 * 1024;

/** Runs a script with `bash -e` in a process group of its own, which never outlives the step. */
export async function runStep(step: {
  script: string;
  folder: string;
  env: Record<string, string>;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<StepOutcome> {
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.script], {
    cwd: step.folder,
    env: step.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const take = (chunk: Buffer) => {
    if (output.length < LONGEST_OUTPUT) output += chunk.toString("utf8");
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const timeout = AbortSignal.timeout(step.timeoutMs);
  const exitCode = await exitOf(child, AbortSignal.any([timeout, step.signal]));
  if (timeout.aborted) output += `\nThe step took longer than ${step.timeoutMs} ms and was stopped.\n`;
  return { exitCode, output };
}

async function exitOf(child: ChildProcess, stop: AbortSignal): Promise<number> {
  const kill = () => killGroup(child);
  stop.addEventListener("abort", kill);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      // Background processes of the step keep the pipes open, so the group ends with its leader.
      child.once("exit", kill);
      child.once("close", (code) => resolve(code ?? 143));
      if (stop.aborted) kill();
    });
  } finally {
    stop.removeEventListener("abort", kill);
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // No such process group: it has already ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
