import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf, Problem } from "../core/problem.ts";

const BYTES = 32;

/** The key that signs approvals, accepted changes and acting jobs. The app's side alone reads it; made on first use. */
export function loadAppKey(dataDir: string): { secret: Buffer } {
  const file = join(dataDir, "app.key");
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return { secret: createKey(file) ?? readKey(file) };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(
      `The key ${file} cannot be used`,
      messageOf(error),
      "Correct the rights of the data folder",
    );
  }
}

/** Null when there is one already, whoever made it. */
function createKey(file: string): Buffer | null {
  const descriptor = openNew(file);
  if (descriptor === null) return null;
  const secret = randomBytes(BYTES);
  writeSync(descriptor, secret);
  fsyncSync(descriptor);
  closeSync(descriptor);
  return secret;
}

function openNew(file: string): number | null {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return null;
    throw error;
  }
}

function readKey(file: string): Buffer {
  const open = statSync(file).mode & 0o077;
  if (open !== 0)
    throw new Problem(
      `The key ${file} is not secret`,
      "others than its owner may use the file",
      `Run: chmod 600 ${file}; if somebody may have read it, delete it instead, and open requests must be made anew`,
    );
  const secret = readFileSync(file);
  if (secret.length === BYTES) return secret;
  throw new Problem(
    `The key ${file} is damaged`,
    `it has ${secret.length} bytes, not ${BYTES}`,
    "Restore it from a backup, or delete it: jobs and approvals signed with it are then refused",
  );
}
