import { mkdir } from "node:fs/promises";
import type { GitRefusal } from "../../src/git/git.ts";
import { type AgentRepository, makeAgentRepository } from "./agent-repository.ts";
import { makeOwnRepository } from "./own-repository.ts";
import { type RunName, type WorkspacePaths, workspacePaths } from "./paths.ts";
import { removeFolder } from "./remove-folder.ts";

export type ProvisionRequest = {
  baseDir: string;
  run: RunName;
  /** The bare mirror that holds the base commit. */
  mirror: string;
  base: { branch: string; sha: string };
  /** The sealed change to go on from; null starts from the base. */
  from: { sha: string; bundle: Uint8Array } | null;
  /** The agent's branch. */
  branch: string;
  historyDepth: number;
  identity: { name: string; email: string };
  signal: AbortSignal;
};
export type Workspace = WorkspacePaths & {
  baseSha: string;
  /** The commit the agent starts on: the base, or the change it goes on from. */
  startSha: string;
};
export type Provisioned = { ok: true; workspace: Workspace } | GitRefusal;

/** A clean workspace at the exact commit. Nothing of an earlier attempt is left but Codex's home. */
export async function provision(request: ProvisionRequest): Promise<Provisioned> {
  const paths = await workspacePaths(request.baseDir, request.run);
  await clear(paths);
  const { mirror, base, from, signal } = request;
  const agent: AgentRepository = { ...request, paths };
  const [own, tree] = await Promise.all([
    makeOwnRepository({ paths, mirror, baseSha: base.sha, from, signal }),
    makeAgentRepository(agent),
  ]);
  if (!own.ok) return own;
  if (!tree.ok) return tree;
  const started = await tree.value();
  const startSha = from?.sha ?? base.sha;
  return started.ok ? { ok: true, workspace: { ...paths, baseSha: base.sha, startSha } } : started;
}

async function clear({ tree, gitDir, home, scratch, codexHome }: WorkspacePaths): Promise<void> {
  await Promise.all([tree, gitDir, home, scratch].map(removeFolder));
  await Promise.all([tree, home, scratch, codexHome].map((folder) => mkdir(folder, { recursive: true })));
}
