import { type GitResult, git, tryGit } from "./run-git.ts";

/** How many answers are kept; the oldest goes first. */
const KEPT = 2_000;
const FULL_NAME = /^\^?[0-9a-f]{40}(\.\.[0-9a-f]{40})?$/;
const answers = new Map<string, Promise<GitResult>>();

/** What depends on nothing but commits named in full never changes: git is asked once for what it could answer. */
export async function tryGitOnce(
  dir: string,
  args: readonly string[],
  commits: readonly string[],
): Promise<GitResult> {
  if (!commits.every((name) => FULL_NAME.test(name))) return await tryGit(dir, args);
  const key = [dir, ...args].join("\0");
  const known = answers.get(key);
  if (known !== undefined) return await known;
  const asked = tryGit(dir, args);
  keep(key, asked);
  const result = await asked.catch((error: unknown) => {
    answers.delete(key);
    throw error;
  });
  if (result.exitCode !== 0) answers.delete(key);
  return result;
}

/** The same, which throws if git fails. */
export async function gitOnce(
  dir: string,
  args: readonly string[],
  commits: readonly string[],
): Promise<string> {
  const { exitCode, stdout } = await tryGitOnce(dir, args, commits);
  return exitCode === 0 ? stdout : await git(dir, args);
}

function keep(key: string, asked: Promise<GitResult>): void {
  const oldest = answers.keys().next();
  if (answers.size >= KEPT && !oldest.done) answers.delete(oldest.value);
  answers.set(key, asked);
}
