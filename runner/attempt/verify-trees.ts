import { join } from "node:path";
import type { Policy } from "../../src/core/policy.ts";
import { checkouts } from "../verify/checkouts.ts";
import { dependencyFolders } from "../verify/dependencies.ts";
import { installCommands, knownInstalls } from "../verify/plan-install.ts";
import { tamperedPaths } from "../verify/tampering.ts";
import { type RunCommand, type Tree, VERIFY_ENVIRONMENT, type VerifyRequest } from "../verify/verify.ts";
import { type Candidate, candidateIndex } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { clearVerification, lendKeptDependencies } from "./verify-box.ts";

export type TreesOrder = {
  policy: Policy;
  workspace: Workspace;
  candidate: Candidate;
  /** Every path of the base commit. */
  paths: readonly string[];
  /** The install commands that the contract names. */
  named: readonly string[];
  /** What the worker ran, and the files that its edits named. */
  commands: readonly string[];
  changed: readonly string[];
  runCommand: RunCommand;
  signal: AbortSignal;
};
type Prepared = Pick<VerifyRequest, "prepare" | "dependencies" | "tampered">;

/** Checkouts with the same dependencies in each: installed from the lock file, else lent from the worker's own tree. */
export async function prepareTrees(order: TreesOrder): Promise<Prepared> {
  await clearVerification(order.workspace);
  const installs = order.policy.verify_dependencies === "install" ? installsOf(order) : [];
  const installed = installs.length > 0 ? await installing(order, installs) : null;
  return installed ?? lending(order);
}

/** What the lock files say; without any, what the contract names among the commands that are known. */
function installsOf({ paths, named }: TreesOrder): string[] {
  const found = installCommands(paths);
  return found.length > 0 ? found : knownInstalls(named);
}

/** Null when the candidate's dependencies cannot be installed, for want of a network or a tool. */
async function installing(order: TreesOrder, installs: readonly string[]): Promise<Prepared | null> {
  const checkOut = checkouts({ ...placeOf(order), ...treesOf(order, "installed"), lend: null });
  const done = new Set<Tree>();
  const install = async (cwd: string, tree: Tree): Promise<boolean> => {
    done.add(tree);
    const { runCommand, policy, signal } = order;
    const options = {
      cwd,
      tree,
      env: VERIFY_ENVIRONMENT,
      timeoutMs: policy.verify_timeout_sec * 1_000,
      signal,
    };
    for (const command of installs) if ((await runCommand(command, options)).exitCode !== 0) return false;
    return true;
  };
  if (!(await install(await checkOut("head"), "head"))) return null;
  // Ignored files stay when a tree is put back, so what was installed stays too.
  const prepare = async (tree: Tree): Promise<string> => {
    const cwd = await checkOut(tree);
    if (!done.has(tree)) await install(cwd, tree);
    return cwd;
  };
  return { prepare, dependencies: "installed" };
}

async function lending(order: TreesOrder): Promise<Prepared> {
  const { workspace, commands, changed } = order;
  const { gitDir, tree } = workspace;
  const folders = await dependencyFolders({ ...placeOf(order), indexFile: candidateIndex(gitDir), tree });
  const lend = { from: tree, folders };
  const prepare = checkouts({ ...placeOf(order), ...treesOf(order, "lent"), lend });
  const lent = [...folders, ...(await lendKeptDependencies(workspace))];
  return {
    prepare,
    dependencies: lent.length > 0 ? "reused" : "none",
    tampered: tamperedPaths({ folders, changed, commands, tree }),
  };
}

function placeOf({ workspace, signal }: TreesOrder) {
  return { gitDir: workspace.gitDir, home: workspace.home, signal };
}

function treesOf({ workspace, candidate }: TreesOrder, name: "installed" | "lent") {
  const folder = join(workspace.runDir, "verify", name);
  return { folder, head: candidate.treeSha, base: workspace.baseSha };
}
