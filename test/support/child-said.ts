import { createInterface } from "node:readline";

/** One line to the parent. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const heard = new Set<string>();
const waiting = new Map<string, () => void>();
const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  heard.add(line);
  waiting.get(line)?.();
});
// Without the parent there is no point in going on.
input.on("close", () => process.exit(3));

/** Resolves once the parent has said so. */
export function told(line: string): Promise<void> {
  if (heard.has(line)) return Promise.resolve();
  return new Promise((resolve) => waiting.set(line, resolve));
}

/** The last word: whoever listens no more can end. */
export function sayLast(line: string): void {
  input.removeAllListeners("close");
  input.close();
  process.stdin.unref();
  say(line);
}
