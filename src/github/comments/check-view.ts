import { clip, MAX_BODY } from "../../core/markdown.ts";
import type { State } from "../../core/run.ts";
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
    ...evidenceOf(view.attempts.at(-1)),
    ...(places.length > 0 ? [places.join(" · ")] : []),
  ];
  return {
    name: CHECK_NAME,
    sha: run.publishedSha,
    status: conclusion === null ? "in_progress" : "completed",
    conclusion,
    title: clip(headline, 255),
    summary: clip(summary.join("\n\n"), MAX_BODY),
    actions: buttonsOf(view),
  };
}

/** A button stands only where its action would be taken up, and only on the commit it is about. */
function buttonsOf({ run, approval, gate }: RunView): Button[] {
  if (run.state !== "PUSHED" || run.changeSha === null || run.changeSha !== run.publishedSha) return [];
  if (approval?.status === "requested" && approval.sha === run.publishedSha)
    return [BUTTONS.confirm, BUTTONS.cancel];
  if (approval?.status === "confirmed") return [];
  return gate?.open === false ? [] : [BUTTONS.request];
}
