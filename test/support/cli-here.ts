// The command line inside the test's own process: no Node to start for each line. One line at a time.
import { runCli } from "../../src/cli/run-cli.ts";
import type { CliEnd } from "./run-cli.ts";

type Stream = "stdout" | "stderr";

/** Runs a line as `agentpr` would, with this environment and no other, and gives what a shell would have seen. */
export async function cliHere(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CliEnd> {
  const before = { env: process.env, exitCode: process.exitCode };
  const said = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((stream) => hear(stream, said));
  process.env = { ...env };
  process.exitCode = undefined;
  try {
    const exitCode = await runCli(args);
    return { exitCode, stdout: said.stdout.trimEnd(), stderr: said.stderr.trimEnd() };
  } finally {
    process.env = before.env;
    process.exitCode = before.exitCode;
    for (const put of restore) put();
  }
}

/** Keeps what would have been written; gives what puts the stream back. */
function hear(stream: Stream, said: Record<Stream, string>): () => void {
  const own = process[stream].write;
  process[stream].write = (chunk) => {
    said[stream] += String(chunk);
    return true;
  };
  return () => {
    process[stream].write = own;
  };
}

/** A line as a shell splits it: quotes hold words together. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}
