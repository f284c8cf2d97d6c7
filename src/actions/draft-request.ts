import { randomBytes } from "node:crypto";
import type { Change } from "../core/change.ts";
import { type PullMaterial, pullText, pullTitle } from "../core/pull-text.ts";
import { ShownRequest } from "../core/shown-request.ts";
import type { Approval } from "../database/approvals.ts";
import type { ActionContext } from "./action.ts";
import type { Requesting } from "./request-pr.ts";
import { NO_PROSE, type Prose } from "./write-prose.ts";

/** Beside the draft, what the run's story is told of how it came about. */
export type Drafted = { draft: Draft; note: Prose["note"] };
type Draft = Omit<Approval, "expiresAt" | "createdAt" | "codeHash" | "requestedBy" | "requestedAs">;

const MOST_FILES = 300;
const MOST_WORKFLOWS = 100;

/** All that the pull request's text is made of; null where there is nothing to open. */
export function materialOf(context: Pick<ActionContext, "aboutFor">, asked: Requesting): PullMaterial | null {
  const { run, input, facts } = asked;
  const { change, report, contract } = facts;
  if (change === null || report === null) return null;
  return {
    run,
    change,
    report,
    contract: contract?.kind === "valid" ? contract.contract : null,
    template: templateOf(asked)?.text ?? null,
    about: input.skip_about_forge ? null : (context.aboutFor?.(run.promptVersion) ?? null),
    prose: input.body ?? null,
  };
}

/** Exactly the pull request that would be opened. */
export function draftRequest(asked: Requesting, material: PullMaterial): Draft {
  const { run, input, policy, bypass } = asked;
  const { change } = material;
  const text = pullText(material);
  return {
    ...boundTo(change),
    baseBranch: input.base ?? run.baseBranch,
    title: input.title ?? pullTitle(change),
    body: text.body,
    draft: input.draft ?? policy.draft_pr,
    bypass,
    // Parsed, so that what is signed has the order in which it is read again.
    shown: ShownRequest.parse({
      ...shownOf(asked),
      questions: text.questions,
      template: templateOf(asked)?.path ?? null,
    }),
  };
}

/** What would be opened, with a model's prose where one writes. */
export async function draftPull(
  context: Pick<ActionContext, "aboutFor" | "writeProse">,
  asked: Requesting,
): Promise<Drafted | null> {
  const material = materialOf(context, asked);
  if (material === null) return null;
  const { words, note } = (await context.writeProse?.(material, asked.policy)) ?? NO_PROSE;
  return { draft: draftRequest(asked, { ...material, words }), note };
}

/** Exactly the push to that open pull request. */
export function draftPush(asked: Requesting, pull: number): Drafted | null {
  const { run, facts } = asked;
  const { change } = facts;
  if (change === null) return null;
  const draft: Draft = {
    ...boundTo(change),
    baseBranch: run.baseBranch,
    title: pullTitle(change),
    body: change.message,
    draft: false,
    bypass: null,
    shown: ShownRequest.parse({ ...shownOf(asked), pull, questions: [], template: null }),
  };
  return { draft, note: NO_PROSE.note };
}

function boundTo(change: Change) {
  return {
    id: `apr_${randomBytes(6).toString("hex")}`,
    runId: change.runId,
    changeId: change.id,
    sha: change.sha,
    baseSha: change.baseSha,
    status: "requested",
    guesses: 0,
    confirmedBy: null,
    mac: null,
  } as const;
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
