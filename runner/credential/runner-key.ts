import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, Problem } from "../../src/core/problem.ts";
import { newReaderKey, type ReaderKey, readReaderKey } from "../../src/engine/sealed-envelope.ts";
import { codeOf } from "../../src/git/error-code.ts";

/** The key that this runner is enrolled by: made on first start, and never out of this file but in this process. */
export async function loadRunnerKey(dataDir: string): Promise<ReaderKey> {
  const file = join(dataDir, "runner.key");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    return (await readKey(file)) ?? (await createKey(file));
  } catch (error) {
    if (error instanceof Problem) throw error;
    const remedy = "Correct it, or delete it: a new key has to be approved with: agentpr runners approve";
    throw new Problem(`The key ${file} cannot be used`, messageOf(error), remedy);
  }
}

async function readKey(file: string): Promise<ReaderKey | null> {
  const facts = await stat(file).catch(unlessAbsent);
  if (facts === null) return null;
  if ((facts.mode & 0o077) !== 0)
    throw new Problem(
      `The key ${file} is not secret`,
      "others than its owner may use the file",
      `Run: chmod 600 ${file}; if somebody may have read it, delete it instead and approve the runner anew`,
    );
  return readReaderKey(await readFile(file, "utf8"));
}

/** Linked into its place whole, so that of two that start at once both go on with the first one's. */
async function createKey(file: string): Promise<ReaderKey> {
  const made = newReaderKey();
  const draft = `${file}.${randomUUID()}`;
  try {
    await write(draft, made.privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    await link(draft, file);
    return made;
  } catch (error) {
    const first = codeOf(error) === "EEXIST" ? await readKey(file) : null;
    if (first === null) throw error;
    return first;
  } finally {
    await rm(draft, { force: true });
  }
}

async function write(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function unlessAbsent(error: unknown): null {
  if (codeOf(error) === "ENOENT") return null;
  throw error;
}
