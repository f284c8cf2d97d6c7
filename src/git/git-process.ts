import { execa } from "execa";
import { codeOf } from "./error-code.ts";

export type GitProcess = {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  input: string | Uint8Array | undefined;
  timeoutMs: number;
  signal: AbortSignal;
  take: (chunk: Uint8Array) => void;
};
export type GitEnd = { exitCode: number | null; timedOut: boolean; stderr: string };

const MAX_STDERR = 1_000_000;
const FORCE_AFTER_MS = 2_000;

/**
 * One git in a process group of its own: ending git alone would leave its transport behind, holding our pipes. It is asked
 * first, so that it takes its lock files away, and forced a little later.
 */
export async function startGit({
  args,
  env,
  cwd,
  input,
  timeoutMs,
  signal,
  take,
}: GitProcess): Promise<GitEnd> {
  if (signal.aborted) return { exitCode: null, timedOut: false, stderr: "" };
  const child = execa("git", args, {
    ...{ cwd, env, extendEnv: false, detached: true, reject: false, encoding: "buffer" },
    ...(input === undefined ? { stdin: "ignore" } : { input }),
    buffer: { stdout: false, stderr: true },
    maxBuffer: { stderr: MAX_STDERR },
  } as const);
  const end = () => endGroup(child.pid);
  let timedOut = false;
  const clock = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  signal.addEventListener("abort", end, { once: true });
  child.stdout.on("data", take);
  const result = await child;
  signal.removeEventListener("abort", end);
  clearTimeout(clock); // a busy app would keep hundreds until they ran out
  return {
    exitCode: result.exitCode ?? null,
    timedOut,
    stderr:
      new TextDecoder().decode(result.stderr) ||
      (result.exitCode === undefined ? (result.shortMessage ?? "") : ""),
  };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  signalGroup(pid, "SIGTERM");
  setTimeout(() => signalGroup(pid, "SIGKILL"), FORCE_AFTER_MS).unref();
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}
