// Real processes for the suites that stop, kill and race them.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach } from "@jest/globals";

export type Child = {
  readonly process: ChildProcess;
  /** Everything it has said so far, a line each. */
  readonly said: string[];
  /** Resolves with the first line, from now on or before, that begins so. */
  heard(beginning: string): Promise<string>;
  tell(line: string): void;
  /** Resolves when it is gone; fails when it ended by itself with anything but 0. */
  ended(): Promise<void>;
};

/** What one child compiled, the next one does not. */
const COMPILED = fileURLToPath(new URL("../../node_modules/.cache/agentpr", import.meta.url));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Starts `test/support/<script>` under this very Node. */
export function startChild(script: string, args: readonly string[]): Child {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  });
  children.push(child);
  const said: string[] = [];
  const waiting: { beginning: string; resolve: (line: string) => void }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    said.push(line);
    for (const one of waiting) if (line.startsWith(one.beginning)) one.resolve(line);
  });
  const exit = new Promise<void>((resolve, reject) => {
    child.once("close", (code, signal) => {
      if (code === 0 || signal !== null) resolve();
      else reject(new Error(`${script} ended with ${code}: ${said.at(-1)}`));
    });
  });
  exit.catch(() => undefined);
  const heard = (beginning: string) =>
    new Promise<string>((resolve, reject) => {
      const known = said.find((line) => line.startsWith(beginning));
      if (known !== undefined) resolve(known);
      waiting.push({ beginning, resolve });
      exit.then(() => reject(new Error(`${script} ended before it said ${beginning}`)), reject);
    });
  return { process: child, said, heard, tell: (line) => child.stdin.write(`${line}\n`), ended: () => exit };
}
