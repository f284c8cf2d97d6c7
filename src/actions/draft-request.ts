import { randomBytes } from "node:crypto";
import { pullText, pullTitle } from "../core/pull-text.ts";
import { ShownRequest } from "../core/shown-request.ts";
import type { Approval } from "../database/approvals.ts";
import type { ActionContext } from "./action.ts";
import type { Requesting } from "./request-pr.ts";

type Draft = Omit<Approval, "expiresAt" | "createdAt" | "codeHash" | "requestedBy" | "requestedAs">;

const MOST_FILES = 300;
const MOST_WORKFLOWS = 100;

/** Exactly the pull request that would be opened; null where there is nothing to open. */
export function draftRequest(context: Pick<ActionContext, "aboutFor">, asked: Requesting): Draft | null {
  const { run, input, policy, facts, bypass } = asked;
  const { change, report, contract } = facts;
  if (change === null || report === null) return null;
  const template = templateOf(asked);
  const text = pullText({
    run,
    change,
    report,
    contract: contract?.kind === "valid" ? contract.contract : null,
    template: template?.text ?? null,
    about: input.skip_about_forge ? null : (context.aboutFor?.(run.promptVersion) ?? null),
    prose: input.body ?? null,
  });
  return {
    id: `apr_${randomBytes(6).toString("hex")}`,
    runId: run.id,
    changeId: change.id,
    sha: change.sha,
    baseBranch: input.base ?? run.baseBranch,
    baseSha: change.baseSha,
    title: input.title ?? pullTitle(change),
    body: text.body,
    draft: input.draft ?? policy.draft_pr,
    status: "requested",
    guesses: 0,
    confirmedBy: null,
    mac: null,
    bypass,
    // Parsed, so that what is signed has the order in which it is read again.
    shown: ShownRequest.parse({
      ...shownOf(asked),
      questions: text.questions,
      template: template?.path ?? null,
    }),
  };
}

function templateOf({ input, facts, survey }: Requesting): { path: string; text: string } | null {
  return input.skip_repo_pr_template ? null : (facts.report?.pullTemplate ?? survey.inheritedTemplate);
}

function shownOf({ run, facts, gate, survey }: Requesting): Omit<ShownRequest, "questions" | "template"> {
  const { files = [], addedLines = 0, deletedLines = 0 } = facts.change?.diff ?? {};
  const head = `${run.fork?.owner ?? run.owner}:${run.branch}`;
  return {
    repository: `${run.owner}/${run.repo}`,
    head,
    files: files
      .slice(0, MOST_FILES)
      .map(({ path, status, added, deleted }) => ({ path, status, added, deleted })),
    addedLines,
    deletedLines,
    checks: gate.checks.map((check) => ({ ...check })),
    workflows: survey.workflows && {
      push: survey.workflows.push.slice(0, MOST_WORKFLOWS).map((name) => name.slice(0, 300)),
      pull: survey.workflows.pull.slice(0, MOST_WORKFLOWS).map((name) => name.slice(0, 300)),
    },
  };
}
