import { type Surveyed, unseen, type Wanted } from "../actions/survey.ts";
import type { Change } from "../core/change.ts";
import { messageOf } from "../core/problem.ts";
import type { Run } from "../core/run.ts";
import { type AppContext, targetOf } from "./context.ts";
import { withToken } from "./lent-token.ts";

type Ports = Pick<AppContext, "github" | "git">;
type Order = { run: Run; change: Change; wanted: Wanted; signal: AbortSignal };

/** How things stand around a change: asked for a person who wants to know now, so no failure stops the answer. */
export async function surveyChange(ports: Ports, order: Order): Promise<Surveyed> {
  try {
    const [reach, looked, otherPull, inheritedTemplate] = await Promise.all([
      ports.github.readReach(targetOf(order.run)),
      withToken(ports, order.run, "read", (token) => lookByGit(ports, order, token)),
      findOther(ports, order.run),
      inherited(ports, order),
    ]);
    if (!reach.ok) return unseen(reach.why);
    const { base, head, workflows } = looked;
    const surroundings = { kind: "seen", base, head, archived: reach.archived, otherPull } as const;
    return { surroundings, workflows, inheritedTemplate };
  } catch (error) {
    return unseen(messageOf(error));
  }
}

async function lookByGit({ github, git }: Ports, { run, change, wanted, signal }: Order, token: string) {
  const target = { url: github.cloneUrl(run), token, signal };
  const base = { ...target, branch: wanted.baseBranch };
  const branch = { url: github.branchUrl(targetOf(run)), token, branch: run.branch, signal };
  const order = { ...target, branch: run.branch, baseSha: change.baseSha, baseBranch: wanted.baseBranch };
  const [moved, head, workflows] = await Promise.all([
    git.baseMove({ ...base, change }),
    // Before there is a fork, there is no branch.
    run.mode === "fork" && run.fork === null ? null : git.remoteHead(branch),
    git.startedWorkflows(order),
  ]);
  return { base: moved, head, workflows };
}

async function findOther({ github }: Ports, run: Run): Promise<string | null> {
  const { issue } = run.request;
  return issue === null ? null : ((await github.findOwnPull?.(targetOf(run), issue)) ?? null);
}

/** GitHub takes what a repository lacks from its owner's `.github`, where that is public. */
function inherited(
  { github, git }: Ports,
  { run, wanted, signal }: Order,
): Promise<Surveyed["inheritedTemplate"]> {
  if (!wanted.template || run.repo.toLowerCase() === ".github") return Promise.resolve(null);
  const url = github.cloneUrl({ owner: run.owner, repo: ".github" });
  return git.readTemplate({ url, title: wanted.title.split("\n")[0] ?? "", signal });
}
