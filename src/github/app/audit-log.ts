import { appendFile, mkdir, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";

export type AuditLine = Readonly<Record<string, string | number | null>>;
export type AuditLog = {
  /** Never fails and is never waited for: who answers a webhook has no time for it. */
  write(line: AuditLine): void;
  close(): Promise<void>;
};
export type AuditOptions = {
  file: string;
  onError: (error: unknown) => void;
  /** A file that has grown to this is put aside. */
  maxBytes?: number;
  /** Files that are kept beside the present one. */
  kept?: number;
};

/** One JSON object a line; files that were put aside are called `.1`, `.2` and so on, the newest first. */
export function openAuditLog({ file, onError, maxBytes = 20_000_000, kept = 5 }: AuditOptions): AuditLog {
  let writing = Promise.resolve();
  let waiting: string[] = [];
  async function writeAll(): Promise<void> {
    const text = waiting.join("");
    waiting = [];
    if (text === "") return;
    await mkdir(dirname(file), { recursive: true });
    if ((await sizeOf(file)) + text.length > maxBytes) await rotate(file, kept);
    await appendFile(file, text, { mode: 0o600 });
  }
  return {
    write(line) {
      waiting.push(`${JSON.stringify({ ts: new Date().toISOString(), ...line })}\n`);
      writing = writing.then(writeAll).catch(onError);
    },
    close: () => writing,
  };
}

async function rotate(file: string, kept: number): Promise<void> {
  for (let number = kept - 1; number >= 1; number -= 1)
    await moved(`${file}.${number}`, `${file}.${number + 1}`);
  await moved(file, `${file}.1`);
}

/** What is not there need not be moved. */
async function moved(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
