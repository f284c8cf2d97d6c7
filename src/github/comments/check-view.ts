import { clip, code, MAX_BODY, words } from "../../core/markdown.ts";
import type { Run, State } from "../../core/run.ts";
import type { RunView } from "../../core/run-view.ts";
import type { CheckRunView } from "../../jobs/ports.ts";
import { BUTTONS, type Button } from "./buttons.ts";
import { gateCard } from "./gate-card.ts";
import { type Links, linksOf } from "./links.ts";
import { nextStep } from "./next-step.ts";
import { evidenceOf } from "./sticky.ts";

export const CHECK_NAME = "agentpr";

/** Null while it runs. GitHub shows buttons only on a completed check run, so waiting for a person is "neutral". */
const CONCLUSIONS: Record<State, CheckRunView["conclusion"]> = {
  QUEUED: null,
  EXECUTING: null,
  ITERATING: null,
  PUSHED: "neutral",
  PAUSED: "neutral",
  NEEDS_HUMAN: "neutral",
  CI_WAIT: "success",
  REVIEW_WAIT: "success",
  DONE: "success",
  FAILED: "failure",
};

/** The check run on the published commit; null while nothing of the run is on GitHub. */
export function checkView(view: RunView, links: Links): CheckRunView | null {
  const { run } = view;
  if (run.publishedSha === null) return null;
  const { headline, next } = nextStep(view);
  const conclusion = run.reason === "cancelled" ? "cancelled" : CONCLUSIONS[run.state];
  const places = linksOf(run, links);
  const summary = [
    next,
    ...gateCard(view),
    ...workOf(view),
    ...evidenceOf(view.attempts.at(-1)),
    ...(places.length > 0 ? [places.join(" · ")] : []),
  ];
  return {
    key: run.state === "ITERATING" ? iterationKey(view) : run.publishedSha,
    name: CHECK_NAME,
    sha: run.publishedSha,
    status: conclusion === null ? "in_progress" : "completed",
    conclusion,
    title: clip(headline, 255),
    summary: clip(summary.join("\n\n"), MAX_BODY),
    actions: buttonsOf(view),
    annotations: conclusion === null ? [] : view.annotations,
  };
}

/** Each iteration has a check run of its own, beside the one that tells how the head itself came about. */
function iterationKey({ run }: RunView): string {
  return `${run.publishedSha}#${run.iterations}`;
}

/** What is under way, as far as the runner has told. */
function workOf({ run, working }: RunView): string[] {
  if (CONCLUSIONS[run.state] !== null || working === null) return [];
  const { stage, seconds, command } = working;
  const minutes = `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return [
    `**Under way:** ${words(stage)}, for ${minutes}${command === null ? "" : `, now ${code(clip(command, 300))}`}`,
  ];
}

/** The iteration is over: a new head, or a newer check run of this one, carries what came of it. */
export function supersededView({ run }: RunView, key: string): CheckRunView {
  const [sha = key] = key.split("#");
  const moved = run.publishedSha !== null && run.publishedSha !== sha;
  const summary = moved
    ? `It went on with commit ${code((run.publishedSha ?? "").slice(0, 12))}.`
    : `The run is ${code(run.state)}.`;
  const state = { status: "completed", conclusion: "neutral" } as const;
  return {
    ...state,
    actions: [],
    annotations: [],
    key,
    name: CHECK_NAME,
    sha,
    title: "This iteration is over",
    summary,
  };
}

/** A button stands only where its action would be taken up, and only on the commit it is about. */
function buttonsOf({ run, approval, gate }: RunView): Button[] {
  if (mayBeRetried(run)) return run.state === "FAILED" ? [BUTTONS.retry] : [BUTTONS.retry, BUTTONS.giveUp];
  if (run.state !== "PUSHED" || run.changeSha === null || run.changeSha !== run.publishedSha) return [];
  if (approval?.status === "requested" && approval.sha === run.publishedSha)
    return [BUTTONS.confirm, BUTTONS.cancel];
  if (approval?.status === "confirmed") return [];
  return gate?.open === false ? [] : [BUTTONS.request];
}

/** A closed pull request is not worked on any more. */
function mayBeRetried({ state, prNumber, prOpen }: Run): boolean {
  return state === "NEEDS_HUMAN" || (state === "FAILED" && (prNumber === null || prOpen));
}
