// Repositories: finding one by name, making its bare git folder, and who holds which role there.

import { appendFile, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { readRefs } from "./git/refs.ts";
import { git } from "./git/run-git.ts";
import { type Hub, timestamp } from "./hub.ts";
import { type Repository, ROLES, type Role, type User } from "./store/identity.ts";
import { where } from "./store/store.ts";

export type NewRepository = {
  owner: string;
  name: string;
  /** A folder whose content becomes the first commit. */
  from?: string;
  private?: boolean;
  defaultBranch?: string;
  collaborators?: Readonly<Record<string, Role>>;
  /** Names of checks the default branch requires. */
  requiredChecks?: readonly string[];
  /** A branch must hold its base's newest commit before it may be merged. */
  upToDate?: boolean;
};

const NEVER_COPIED = new Set([".git", "node_modules"]);

/** Finds by present or former name, as GitHub redirects a renamed repository. */
export function findRepository(hub: Hub, owner: string, name: string): Repository | null {
  const wanted = `${owner}/${name}`.toLowerCase();
  const all = [...hub.store.repositories.values()];
  const now = all.find((repository) => fullName(repository).toLowerCase() === wanted);
  return now ?? all.find((repository) => repository.formerNames.includes(wanted)) ?? null;
}

export function fullName(repository: Repository): string {
  return `${repository.owner}/${repository.name}`;
}

export function userOf(hub: Hub, login: string): User {
  const user = hub.store.users.get(login.toLowerCase());
  if (!user) throw new Error(`There is no user ${login} on this local GitHub; add one with addUser`);
  return user;
}

export function hasRole(hub: Hub, repository: Repository, login: string, wanted: Role): boolean {
  return ROLES.indexOf(roleOf(hub, repository, login)) >= ROLES.indexOf(wanted);
}

export function roleOf(_hub: Hub, repository: Repository, login: string): Role {
  if (login.toLowerCase() === repository.owner.toLowerCase()) return "admin";
  const given = repository.collaborators.get(login.toLowerCase());
  return given ?? (repository.private ? "none" : "read");
}

export async function createRepository(hub: Hub, input: NewRepository): Promise<Repository> {
  const repository = await createEmpty(hub, input);
  if (input.from !== undefined) await commitFolder(hub, repository, input.from);
  repository.refs = await readRefs(repository.gitDir);
  return repository;
}

/** A fork shares no objects by reference: it is a full copy, so neither side can harm the other. */
export async function forkRepository(
  hub: Hub,
  source: Repository,
  owner: string,
  name: string,
): Promise<Repository> {
  const fork = await createEmpty(hub, {
    owner,
    name,
    private: source.private,
    defaultBranch: source.defaultBranch,
  });
  fork.parentId = source.id;
  await git(fork.gitDir, [
    "fetch",
    "--quiet",
    source.gitDir,
    "+refs/heads/*:refs/heads/*",
    "+refs/tags/*:refs/tags/*",
  ]);
  fork.refs = await readRefs(fork.gitDir);
  return fork;
}

/** Repositories of that owner in the same network: the original or forks of it. */
export function relatives(hub: Hub, repository: Repository, owner: string): Repository[] {
  const root = repository.parentId ?? repository.id;
  const inNetwork = (row: Repository) => row.id === root || row.parentId === root;
  return where(
    hub.store.repositories,
    (row) => row.owner.toLowerCase() === owner.toLowerCase() && inNetwork(row),
  );
}

async function createEmpty(hub: Hub, input: NewRepository): Promise<Repository> {
  const owner = userOf(hub, input.owner).login;
  const id = hub.nextId();
  // A repository of this name may have moved on and left its folder behind.
  const wanted = join(hub.dir, "repos", owner, input.name);
  const isTaken = [...hub.store.repositories.values()].some(({ gitDir }) => gitDir === `${wanted}.git`);
  const gitDir = isTaken ? `${wanted}-${id}.git` : `${wanted}.git`;
  const branch = input.defaultBranch ?? "main";
  await initBare(gitDir, branch);
  const at = timestamp(hub);
  const repository: Repository = {
    id,
    owner,
    name: input.name,
    formerNames: [],
    private: input.private ?? false,
    archived: false,
    defaultBranch: branch,
    gitDir,
    parentId: null,
    collaborators: new Map(
      Object.entries(input.collaborators ?? {}).map(([login, role]) => [login.toLowerCase(), role]),
    ),
    labels: new Map(),
    requiredChecks: input.requiredChecks ?? [],
    upToDate: input.upToDate ?? false,
    refs: new Map(),
    nextNumber: 1,
    nextRunNumber: 1,
    createdAt: at,
    pushedAt: at,
    updatedAt: at,
  };
  hub.store.repositories.set(repository.id, repository);
  return repository;
}

async function initBare(gitDir: string, branch: string): Promise<void> {
  await mkdir(gitDir, { recursive: true });
  await git(gitDir, ["init", "--quiet", "--template=", "--bare", `--initial-branch=${branch}`]);
  await appendFile(join(gitDir, "config"), BARE_SETTINGS);
}

const BARE_SETTINGS = `[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[receive]
	hideRefs = refs/pull
	autogc = false
[gc]
	auto = 0
`;

async function commitFolder(hub: Hub, repository: Repository, from: string): Promise<void> {
  const work = await mkdtemp(join(hub.dir, "import-"));
  const author = { name: repository.owner, email: `${repository.owner}@users.noreply.github.test` };
  try {
    await cp(from, work, {
      recursive: true,
      filter: (path) => !NEVER_COPIED.has(path.split("/").at(-1) ?? ""),
    });
    await git(work, ["init", "--quiet", "--template=", `--initial-branch=${repository.defaultBranch}`]);
    await git(work, ["add", "--all", "--force"]);
    await git(work, ["commit", "--quiet", "--allow-empty", "-m", "Initial commit"], { author });
    await git(work, ["push", "--quiet", repository.gitDir, `HEAD:refs/heads/${repository.defaultBranch}`]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
