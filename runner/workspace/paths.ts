// workspace: one clean folder per run, filled from the mirror, read back as a candidate, sealed as a change, and swept.
// The agent's own .git is a throw-away; everything the engine believes comes from the git folder beside the tree.
import { lstat, mkdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { parseRepositoryName } from "../../src/core/run.ts";

export type RunName = { owner: string; repo: string; runId: string };
export type WorkspacePaths = {
  runDir: string;
  /** What the agent works in. */
  tree: string;
  /** The engine's own git folder, never shown to the agent. */
  gitDir: string;
  /** An empty HOME for the engine's git. */
  home: string;
  scratch: string;
  /** Codex's home of this run; it outlives attempts, so that a thread can be resumed. */
  codexHome: string;
};

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** The run's folder under the base folder, made if need be. Throws when a link would lead it anywhere else. */
export async function workspacePaths(baseDir: string, name: RunName): Promise<WorkspacePaths> {
  const root = await realpath(baseDir);
  let folder = root;
  for (const part of runParts(name)) {
    folder = join(folder, part);
    await mkdir(folder).catch(ignoreExisting);
    if (!(await lstat(folder)).isDirectory())
      throw new Error(`${folder} is not a folder; a run cannot be placed there`);
  }
  const real = await realpath(folder);
  if (!real.startsWith(`${root}${sep}`)) throw new Error(`${folder} leads out of ${root}`);
  return pathsIn(real);
}

/** The parts of a run's place: owner, repository, run id. Throws on anything that could be a path. */
export function runParts({ owner, repo, runId }: RunName): [string, string, string] {
  if (!parseRepositoryName(`${owner}/${repo}`) || !RUN_ID.test(runId))
    throw new TypeError(`Not a run's place: ${JSON.stringify([owner, repo, runId])}`);
  return [owner, repo, runId];
}

function pathsIn(runDir: string): WorkspacePaths {
  return {
    runDir,
    tree: join(runDir, "tree"),
    gitDir: join(runDir, "git"),
    home: join(runDir, "git-home"),
    scratch: join(runDir, "scratch"),
    codexHome: join(runDir, "codex-home"),
  };
}

function ignoreExisting(error: Error & { code?: string }): void {
  if (error.code !== "EEXIST") throw error;
}
