import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { CHANGE_REF } from "../../src/git/bundle.ts";
import { type GitResult, git } from "../../src/git/git.ts";
import { branchRef, sureSha } from "../../src/git/ref-names.ts";
import { settleAttributes } from "./attributes.ts";
import { copyKeptStart, keepStart } from "./kept-start.ts";
import type { WorkspacePaths } from "./paths.ts";

export type AgentRepository = {
  paths: WorkspacePaths;
  mirror: string;
  base: { branch: string; sha: string };
  from: { sha: string } | null;
  branch: string;
  historyDepth: number;
  identity: { name: string; email: string };
  signal: AbortSignal;
};

const FETCH = ["-c", "fetch.unpackLimit=1", "fetch", "--quiet", "--update-head-ok", "--no-write-fetch-head"];

/** Only many files are made faster side by side than the processes for it are started. */
const EVERY_CORE = ["-c", "checkout.workers=0", "-c", "checkout.thresholdForParallelism=5000"];

/**
 * The agent's repository: stands alone within its depth, has no remote and fetches nothing later. Answers with the
 * second step, the checkout, which needs the engine's git folder when there is a change to go on from.
 */
export async function makeAgentRepository(
  order: AgentRepository,
): Promise<GitResult<() => Promise<GitResult>>> {
  const gitDir = join(order.paths.tree, ".git");
  if (!(await copyKeptStart(order, gitDir))) {
    const started = await start(order);
    if (!started.ok) return started;
    await keepStart(order, gitDir);
  }
  await configure(order);
  return { ok: true, value: () => checkOut(order) };
}

async function start(order: AgentRepository): Promise<GitResult> {
  const { tree } = order.paths;
  const made = await git({ ...place(order), args: ["init", "--quiet", tree] });
  if (!made.ok) return made;
  await settleAttributes(join(tree, ".git"));
  const base = `${sureSha(order.base.sha)}:${branchRef(order.base.branch)}`;
  return fetch(order, order.mirror, [`--depth=${order.historyDepth}`], base);
}

async function checkOut(order: AgentRepository): Promise<GitResult> {
  const brought = order.from ? await fetchChange(order) : { ok: true as const, value: "" };
  if (!brought.ok) return brought;
  const args = [
    ...EVERY_CORE,
    "checkout",
    "--quiet",
    "--force",
    "-B",
    order.branch,
    order.from?.sha ?? order.base.sha,
    "--",
  ];
  return git({ ...place(order), ...inTree(order), args });
}

function fetchChange(order: AgentRepository): Promise<GitResult> {
  return fetch(order, order.paths.gitDir, ["--no-tags"], `${CHANGE_REF}:${CHANGE_REF}`);
}

function fetch(order: AgentRepository, source: string, flags: string[], refspec: string): Promise<GitResult> {
  const args = [...FETCH, ...flags, "--end-of-options", source, refspec];
  return git({ ...place(order), ...inTree(order), args, local: true });
}

/** No background housekeeping, and a name for commits, should the agent make some. */
async function configure({ paths, identity }: AgentRepository): Promise<void> {
  const user = `[user]\n\tname = ${quoted(identity.name)}\n\temail = ${quoted(identity.email)}\n`;
  await appendFile(
    join(paths.tree, ".git", "config"),
    `${user}[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n`,
  );
}

function quoted(value: string): string {
  return JSON.stringify(value.replace(/[\r\n\0]/g, " "));
}

function place({ paths, signal }: AgentRepository) {
  return { home: paths.home, signal };
}

function inTree({ paths: { tree } }: AgentRepository) {
  return { gitDir: join(tree, ".git"), workTree: tree };
}
