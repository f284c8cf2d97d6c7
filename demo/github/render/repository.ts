import { type Hub, nodeId } from "../hub.ts";
import type { Repository } from "../store/identity.ts";
import { where } from "../store/store.ts";
import { repositoryLink, repositoryPage } from "./links.ts";
import { renderLogin } from "./user.ts";

/** Suffixes of the addresses every repository object carries. */
const LINKS = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
} as const;

const SETTINGS = {
  has_issues: true,
  has_projects: false,
  has_wiki: false,
  has_pages: false,
  has_downloads: false,
  has_discussions: false,
  disabled: false,
  is_template: false,
  web_commit_signoff_required: false,
  allow_forking: true,
} as const;

const COUNTS = { size: 1, stargazers_count: 0, watchers_count: 0, watchers: 0 } as const;

/** The short form that other objects embed. */
export function renderMinimalRepository(hub: Hub, repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: `${repository.owner}/${repository.name}`,
    owner: renderLogin(hub, repository.owner),
    private: repository.private,
    html_url: repositoryPage(hub, repository),
    description: null,
    fork: repository.parentId !== null,
    url: repositoryLink(hub, repository),
    ...links(hub, repository),
  };
}

export function renderRepository(hub: Hub, repository: Repository) {
  const open = where(
    hub.store.issues,
    (row) => row.repositoryId === repository.id && row.state === "open",
  ).length;
  const forks = where(hub.store.repositories, (row) => row.parentId === repository.id).length;
  return {
    ...renderMinimalRepository(hub, repository),
    ...SETTINGS,
    archived: repository.archived,
    ...COUNTS,
    ...cloneLinks(hub, repository),
    homepage: null,
    language: null,
    license: null,
    topics: [],
    visibility: repository.private ? "private" : "public",
    default_branch: repository.defaultBranch,
    forks,
    forks_count: forks,
    open_issues: open,
    open_issues_count: open,
    pushed_at: repository.pushedAt,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
  };
}

export type FullRepository = ReturnType<typeof renderRepository> & Record<string, unknown>;

/** GET /repos/{owner}/{repo}: with where it was forked from and how it may be merged. */
export function renderFullRepository(hub: Hub, repository: Repository): FullRepository {
  const parent = repository.parentId === null ? undefined : hub.store.repositories.get(repository.parentId);
  return {
    ...renderRepository(hub, repository),
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: false,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    subscribers_count: 0,
    network_count: 0,
    ...(parent ? { parent: renderRepository(hub, parent), source: renderRepository(hub, parent) } : {}),
  };
}

function links(hub: Hub, repository: Repository): Record<keyof typeof LINKS, string> {
  const base = repositoryLink(hub, repository);
  const entries = Object.entries(LINKS).map(([name, suffix]) => [name, `${base}${suffix}`]);
  return Object.fromEntries(entries) as Record<keyof typeof LINKS, string>;
}

function cloneLinks(hub: Hub, repository: Repository) {
  const page = repositoryPage(hub, repository);
  return {
    git_url: page.replace(/^http/, "git").concat(".git"),
    ssh_url: `git@127.0.0.1:${repository.owner}/${repository.name}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
  };
}
