import { realpath, rm, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { Policy } from "../../src/core/policy.ts";
import { messageOf } from "../../src/core/problem.ts";
import type { RepositorySettings } from "../../src/core/repository-settings.ts";
import { findOnPath } from "../box/find-executable.ts";
import { planCommands } from "../verify/plan-commands.ts";
import { type PlanFiles, readPlanFiles } from "../verify/plan-files.ts";
import type { Workspace } from "../workspace/provision.ts";
import { commandTools, projectTools } from "./needed-tools.ts";
import { check } from "./preflight.ts";
import type { RunnerSettings } from "./settings.ts";

type Order = {
  settings: RunnerSettings;
  policy: Policy;
  /** Tests that the repository names for itself. */
  repository: RepositorySettings;
  workspace: Workspace;
  signal: AbortSignal;
};

/** What can only be looked at once the repository is laid out: its place, our git folder, the tools it needs. */
export async function checkRepository(order: Order): Promise<PreflightCheck[]> {
  const { gitDir, home, baseSha } = order.workspace;
  const read = await readPlanFiles({ gitDir, home, sha: baseSha, signal: order.signal });
  const tools = read.ok
    ? await toolChecks(order, read.value)
    : [check("repository.read", `the base commit cannot be read: ${read.stderr}`, "", true)];
  return [await scopeCheck(order), await writeCheck(order), ...tools];
}

async function scopeCheck({ settings, workspace }: Order): Promise<PreflightCheck> {
  const [root, tree] = await Promise.all([settings.baseDir, workspace.tree].map((path) => realpath(path)));
  const isInside = tree?.startsWith(`${root}${sep}`);
  return check(
    "repo.scope",
    isInside ? null : `${tree} lies outside ${root}`,
    "the work tree lies in the workspaces",
  );
}

async function writeCheck({ workspace: { gitDir } }: Order): Promise<PreflightCheck> {
  const probe = join(gitDir, `probe-${process.pid}`);
  const problem = await writeFile(probe, "").then(
    () => null,
    (error: unknown) => `our git folder cannot be written: ${messageOf(error)}`,
  );
  await rm(probe, { force: true });
  return check("git.write", problem, "our git folder can be written", true);
}

/**
 * A missing program stops the attempt where no planned test could run without it: its change could never be verified.
 * Any other is only told.
 */
async function toolChecks(
  { settings, policy, repository }: Order,
  files: PlanFiles,
): Promise<PreflightCheck[]> {
  const { commands } = planCommands({
    policy: policy.verify_commands,
    repository,
    ...files,
    contract: [],
    worker: [],
  });
  const tests = policy.verify_mode === "off" ? [] : commands.filter(({ kind }) => kind === "test");
  const needed = [...new Set([...projectTools(files), ...commands.flatMap(commandTools)])];
  const found = new Map<string, string | null>();
  for (const tool of needed) found.set(tool, await findOnPath(tool, settings.path));
  const isThere = (tool: string) => found.get(tool) !== null;
  const canTest = tests.length === 0 || tests.some((test) => commandTools(test).every(isThere));
  const required = new Set(canTest ? [] : tests.flatMap(commandTools));
  return needed.map((tool) => toolCheck(tool, found.get(tool) ?? null, required.has(tool)));
}

function toolCheck(tool: string, path: string | null, required: boolean): PreflightCheck {
  const missing = `${tool} is not on the PATH of this runner`;
  if (path !== null) return check(`cmd.${tool}`, null, path);
  return required
    ? check(`cmd.${tool}`, `${missing}, and no test can run without it`, "")
    : { ...check(`cmd.${tool}`, null, missing), warning: true };
}
