import { type GitCommit, readCommits } from "../git/commits.ts";
import { diffFiles } from "../git/diff.ts";
import { isAncestor } from "../git/refs.ts";
import type { Hub } from "../hub.ts";
import type { Repository, User } from "../store/identity.ts";
import { renderSimpleCommit } from "./commit.ts";
import { repositoryPage } from "./links.ts";

const ZERO = "0".repeat(40);
const MOST_COMMITS = 20;

type Change = { ref: string; before: string | null; after: string | null };

/** What the push webhook says, without repository and sender. */
export async function renderPush(hub: Hub, repository: Repository, change: Change, by: User) {
  const { gitDir } = repository;
  const { ref, before, after } = change;
  const commits = after === null ? [] : await newCommits(repository, before, after);
  const rendered = await Promise.all(commits.map((commit) => renderPushed(hub, repository, commit)));
  return {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    base_ref: null,
    created: before === null,
    deleted: after === null,
    forced: before !== null && after !== null && !(await isAncestor(gitDir, before, after)),
    compare: repositoryPage(hub, repository, `/compare/${before ?? ZERO}...${after ?? ZERO}`),
    commits: rendered,
    head_commit: rendered.at(-1) ?? null,
    pusher: { name: by.login, email: `${by.id}+${by.login}@users.noreply.github.com` },
  };
}

/** Oldest first; of a new branch, what the default branch does not have, and at least its tip. */
async function newCommits(
  repository: Repository,
  before: string | null,
  after: string,
): Promise<GitCommit[]> {
  const known = before ?? repository.refs.get(`refs/heads/${repository.defaultBranch}`);
  const range = known === undefined || known === after ? [after] : [after, `^${known}`];
  const commits = await readCommits(repository.gitDir, range, MOST_COMMITS);
  const listed = commits.length > 0 ? commits : await readCommits(repository.gitDir, [after], 1);
  return listed.reverse();
}

async function renderPushed(hub: Hub, repository: Repository, commit: GitCommit) {
  const [parent] = commit.parents;
  const files = parent === undefined ? [] : await diffFiles(repository.gitDir, parent, commit.sha);
  const named = (status: string) =>
    files.filter((file) => file.status === status).map((file) => file.filename);
  return {
    ...renderSimpleCommit(commit),
    distinct: true,
    url: repositoryPage(hub, repository, `/commit/${commit.sha}`),
    added: named("added"),
    removed: named("removed"),
    modified: named("modified"),
  };
}
