import { createInterface } from "node:readline";

/** One line to the parent. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Resolves when the parent says so; without the parent there is no point in going on. */
export function told(line: string): Promise<void> {
  return new Promise((resolve) => {
    const input = createInterface({ input: process.stdin });
    input.on("line", (said) => {
      if (said !== line) return;
      input.close();
      process.stdin.unref();
      resolve();
    });
    process.stdin.on("end", () => process.exit(3));
  });
}
