import type { Request, Run } from "./run.ts";

/** The branch of a run: the only one that the engine ever pushes to. */
export function branchName(prefix: string, id: string, { issue }: Pick<Request, "issue">): string {
  return `${prefix}${ownName(id, issue)}`;
}

/** True for a branch that `branchName` made, under whatever prefix the policy had then. */
export function isOwnBranch({ id, branch, request }: Pick<Run, "id" | "branch" | "request">): boolean {
  const [prefix, name, ...rest] = branch.split("/");
  return prefix !== "" && name === ownName(id, request.issue) && rest.length === 0;
}

function ownName(id: string, issue: number | null): string {
  return `${issue ? `issue-${issue}` : "task"}-${id.replace(/^run_/, "").slice(0, 12)}`;
}
