import { lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { homeConfig } from "./home-config.ts";
import { SESSION_FILE } from "./session-file.ts";

export type HomeOrder = {
  dir: string;
  /** Further files by their path inside the home, such as `skills/<name>/SKILL.md`. */
  files?: Readonly<Record<string, string>>;
  /** The thread that will be gone on with: of all session files only its own stays. */
  threadId?: string | null;
  /** The model is told of skills even when none of them is ours. */
  listSkills?: boolean;
  /** Skills that lie elsewhere and must stay out, by the path of their SKILL.md. */
  foreignSkills?: readonly string[];
};
export type CodexHome = {
  /** What lay there and was none of ours, by its path inside the home. */
  removed: string[];
  /** What the box shows read-only, over the writable home. */
  readOnly: string[];
};

/**
 * Makes the CODEX_HOME of one attempt. Codex keeps databases and logs in it and the agent may write to it, so nothing
 * found there is trusted: only the file of the thread that goes on stays, everything else is made anew.
 */
export async function prepareCodexHome(order: HomeOrder): Promise<CodexHome> {
  const { dir, files = {}, threadId = null, listSkills = false, foreignSkills = [] } = order;
  await mkdir(join(dir, "sessions"), { recursive: true, mode: 0o700 }).catch(ignoreExisting);
  const removed = [
    ...(await keepOnlySessions(dir)),
    ...(await keepOnlyThread(threadId, join(dir, "sessions"), "sessions")),
  ];
  await mkdir(join(dir, "sessions"), { recursive: true, mode: 0o700 });
  const skills = listSkills || Object.keys(files).some((path) => path.startsWith("skills/"));
  const own = { ...files, "config.toml": homeConfig({ skills, foreign: foreignSkills }) };
  for (const [path, content] of Object.entries(own)) await writeOwn(join(dir, path), content);
  return { removed, readOnly: topFolders(Object.keys(own)).map((name) => join(dir, name)) };
}

/** A `sessions` that is no folder is removed below, and made afterwards. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST" && error.code !== "ENOTDIR") throw error;
}

async function keepOnlySessions(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const strange = entries.filter((entry) => !(entry.name === "sessions" && entry.isDirectory()));
  return removeAll(
    dir,
    "",
    strange.map(({ name }) => name),
  );
}

/** Session files lie in `sessions/<year>/<month>/<day>`; links, or anything else, are not Codex's doing. */
async function keepOnlyThread(threadId: string | null, dir: string, inside: string): Promise<string[]> {
  if (!(await isFolder(dir))) return [];
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && /^\d{2,4}$/.test(entry.name));
  const kept = new Set([
    ...folders,
    ...entries.filter((entry) => entry.isFile() && threadOf(entry.name) === threadId),
  ]);
  const strange = entries.filter((entry) => !kept.has(entry)).map(({ name }) => name);
  const removed = await removeAll(dir, `${inside}/`, strange);
  const deeper = await Promise.all(
    folders.map(({ name }) => keepOnlyThread(threadId, join(dir, name), `${inside}/${name}`)),
  );
  return [...removed, ...deeper.flat()];
}

function threadOf(fileName: string): string | undefined {
  return SESSION_FILE.exec(fileName)?.[1];
}

async function removeAll(dir: string, prefix: string, names: readonly string[]): Promise<string[]> {
  await Promise.all(names.map((name) => rm(join(dir, name), { recursive: true, force: true })));
  return names.map((name) => `${prefix}${name}`);
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function writeOwn(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o444, flag: "wx" });
  if ((await readFile(path, "utf8")) !== content) throw new Error(`${path} does not hold what was written`);
}

function topFolders(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.split("/", 1)[0] ?? path))];
}
