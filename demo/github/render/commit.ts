import type { GitCommit } from "../git/commits.ts";
import type { ChangedFile } from "../git/diff.ts";
import { type Hub, nodeId } from "../hub.ts";
import type { Repository } from "../store/identity.ts";
import { repositoryLink, repositoryPage } from "./links.ts";
import { renderUser } from "./user.ts";

const UNSIGNED = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };
const NOREPLY = /^(?:\d+\+)?(.+)@users\.noreply\./;

/** The form of the commits endpoints. */
export function renderCommit(hub: Hub, repository: Repository, commit: GitCommit) {
  const url = repositoryLink(hub, repository, `/commits/${commit.sha}`);
  const gitUrl = repositoryLink(hub, repository, `/git/commits/${commit.sha}`);
  return {
    sha: commit.sha,
    node_id: nodeId(commit.sha, repository.id),
    url,
    html_url: repositoryPage(hub, repository, `/commit/${commit.sha}`),
    comments_url: `${url}/comments`,
    commit: {
      url: gitUrl,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: repositoryLink(hub, repository, `/git/trees/${commit.tree}`) },
      verification: UNSIGNED,
    },
    author: accountOf(hub, commit.author.email),
    committer: accountOf(hub, commit.committer.email),
    parents: parentsOf(hub, repository, commit, "/commits"),
  };
}

/** The form of the git database endpoints. */
export function renderGitCommit(hub: Hub, repository: Repository, commit: GitCommit) {
  return {
    sha: commit.sha,
    node_id: nodeId(commit.sha, repository.id),
    url: repositoryLink(hub, repository, `/git/commits/${commit.sha}`),
    html_url: repositoryPage(hub, repository, `/commit/${commit.sha}`),
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: repositoryLink(hub, repository, `/git/trees/${commit.tree}`) },
    parents: parentsOf(hub, repository, commit, "/git/commits"),
    verification: UNSIGNED,
  };
}

/** The form inside check suites, workflow runs and pushes. */
export function renderSimpleCommit(commit: GitCommit) {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

export function renderFile(hub: Hub, repository: Repository, ref: string, file: ChangedFile) {
  const path = encodeURI(file.filename);
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: repositoryPage(hub, repository, `/blob/${ref}/${path}`),
    raw_url: repositoryPage(hub, repository, `/raw/${ref}/${path}`),
    contents_url: repositoryLink(hub, repository, `/contents/${path}?ref=${ref}`),
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousFilename === null ? {} : { previous_filename: file.previousFilename }),
  };
}

/** GitHub knows people by their noreply address; others' commits belong to no account. */
function accountOf(hub: Hub, email: string) {
  const login = NOREPLY.exec(email)?.[1] ?? "";
  const user = hub.store.users.get(login.toLowerCase());
  return user ? renderUser(hub, user) : null;
}

function parentsOf(hub: Hub, repository: Repository, commit: GitCommit, below: string) {
  return commit.parents.map((sha) => ({
    sha,
    url: repositoryLink(hub, repository, `${below}/${sha}`),
    html_url: repositoryPage(hub, repository, `/commit/${sha}`),
  }));
}
