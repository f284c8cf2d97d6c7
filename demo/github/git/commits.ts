import { gitOnce, tryGitOnce } from "./ask-once.ts";

export type GitPerson = { name: string; email: string; date: string };
export type GitCommit = {
  sha: string;
  tree: string;
  parents: string[];
  author: GitPerson;
  committer: GitPerson;
  message: string;
};

const FIELDS = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"].join("%x1f");

/** Commits as `git log` lists them, newest first; `range` is anything log takes. */
export async function readCommits(
  gitDir: string,
  range: readonly string[],
  limit = 250,
): Promise<GitCommit[]> {
  return parseCommits(await gitOnce(gitDir, logOf(range, limit), range));
}

export async function readCommit(gitDir: string, sha: string): Promise<GitCommit | null> {
  const result = await tryGitOnce(gitDir, logOf([`${sha}^{commit}`], 1), [sha]);
  return result.exitCode === 0 ? (parseCommits(result.stdout)[0] ?? null) : null;
}

function logOf(range: readonly string[], limit: number): string[] {
  return ["log", `--max-count=${limit}`, `--format=${FIELDS}%x1e`, "--end-of-options", ...range];
}

function parseCommits(text: string): GitCommit[] {
  return text
    .split("\x1e")
    .map((record) => record.replace(/^\n/, ""))
    .filter(Boolean)
    .map(parseCommit);
}

export async function countCommits(gitDir: string, range: string): Promise<number> {
  return Number(await gitOnce(gitDir, ["rev-list", "--count", range], [range]));
}

export async function mergeBase(gitDir: string, left: string, right: string): Promise<string | null> {
  const result = await tryGitOnce(gitDir, ["merge-base", left, right], [left, right]);
  return result.exitCode === 0 ? result.stdout.trim() : null;
}

function parseCommit(record: string): GitCommit {
  const [
    sha = "",
    tree = "",
    parents = "",
    an = "",
    ae = "",
    ad = "",
    cn = "",
    ce = "",
    cd = "",
    ...message
  ] = record.split("\x1f");
  return {
    sha,
    tree,
    parents: parents.split(" ").filter(Boolean),
    author: { name: an, email: ae, date: utc(ad) },
    committer: { name: cn, email: ce, date: utc(cd) },
    message: message.join("\x1f").trimEnd(),
  };
}

function utc(date: string): string {
  return new Date(date).toISOString().replace(/\.\d{3}Z$/, "Z");
}
