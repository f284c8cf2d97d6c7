// Runs with a pull request each, as an app that went down left them, and what people do to them while it is away.
import { execFileSync } from "node:child_process";
import type { Repository } from "../../demo/github/store/identity.ts";
import type { Run } from "../../src/core/run.ts";
import { insertRun } from "../../src/database/runs.ts";
import { runWithPr } from "../core/sample-run.ts";
import type { Flow } from "./flow.ts";
import { runGit } from "./git-repository.ts";

export type Opened = { run: Run; owner: string; repo: string; pr: number; sha: string; branch: string };

type Place = { owner: string; repo: string; base?: string; files?: Readonly<Record<string, string>> };

/** One commit on top of the default branch, put there without any push. */
export function addBranch(flow: Flow, { owner, repo, files = {} }: Place, branch: string): string {
  const { gitDir, refs } = repositoryOf(flow, owner, repo);
  const stream = [
    `commit refs/heads/${branch}`,
    "committer Ann <ann@example.org> 1767225600 +0000",
    data(`Work on ${branch}`),
    "from refs/heads/main^0",
    ...Object.entries({ [`${branch}.txt`]: "one\ntwo\n", ...files }).map(
      ([path, text]) => `M 644 inline ${path}\n${data(text)}`,
    ),
    "done\n",
  ];
  execFileSync("git", ["fast-import", "--quiet", "--done"], { cwd: gitDir, input: stream.join("\n") });
  const sha = runGit(gitDir, "rev-parse", branch);
  refs.set(`refs/heads/${branch}`, sha);
  return sha;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

export function repositoryOf({ github }: Flow, owner: string, repo: string): Repository {
  const all = [...github.store.repositories.values()];
  const found = all.find((row) => row.owner === owner && row.name === repo);
  if (found === undefined) throw new Error(`there is no ${owner}/${repo}`);
  return found;
}

/** A pull request from such a branch, of the app's or of Olga's fork, and the run that waits for its checks. */
export async function openedRun(
  flow: Flow,
  { mode, more, ...place }: Place & { mode: Run["mode"]; more?: Partial<Run> },
  branch: string,
): Promise<Opened> {
  const { owner, repo, base = "main" } = place;
  const home = mode === "fork" ? { ...place, owner: "olga" } : place;
  const sha = addBranch(flow, home, branch);
  const who = mode === "fork" ? flow.people.olga : flow.people.ada;
  const head = mode === "fork" ? `olga:${branch}` : branch;
  const { number: pr } = await who.post<{ number: number }>(`/repos/${owner}/${repo}/pulls`, {
    ...{ title: branch, head, base },
  });
  const run = runWithPr("CI_WAIT", {
    ...{ id: `run_${branch}`, owner, repo, mode, branch, baseBranch: base, prNumber: pr },
    ...{ repositoryId: repositoryOf(flow, owner, repo).id, changeSha: sha, publishedSha: sha },
    installationId: mode === "fork" ? null : installationOf(flow, owner),
    fork: mode === "fork" ? forkOf(flow, repo) : null,
    request: { title: branch, body: "Please.", author: "ada", issue: null },
    iterations: 1,
    ...more,
  });
  await insertRun(flow.world.database, flow.world.database.knex, run);
  return { run, owner, repo, pr, sha, branch };
}

/** From now on news reach nobody; when it is over, GitHub's own list knows nothing of them either. */
export function loseNews({ github }: Flow): () => void {
  const known = new Set(github.store.deliveries.keys());
  github.faults.add({ webhook: "*", kind: "drop", times: 10_000 });
  return () => {
    github.faults.clear();
    for (const id of github.store.deliveries.keys()) if (!known.has(id)) github.store.deliveries.delete(id);
  };
}

export function installationOf({ github }: Flow, owner: string): number | null {
  return [...github.store.installations.values()].find(({ account }) => account === owner)?.id ?? null;
}

function forkOf(flow: Flow, repo: string): Run["fork"] {
  return { owner: "olga", repo, repositoryId: repositoryOf(flow, "olga", repo).id, ownedBy: "person" };
}
