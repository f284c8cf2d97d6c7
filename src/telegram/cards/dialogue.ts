import type { RunInFull } from "../../actions/run-in-full.ts";
import type { Dialogue } from "../../core/dialogue.ts";
import type { Feedback } from "../../core/event.ts";
import type { Treatment } from "../../core/triage.ts";
import { bold, code, faint, type Html, html } from "../html.ts";
import type { ButtonSpec } from "../outgoing.ts";
import { span } from "./words.ts";

const MOST_REVIEWS = 3;
const MOST_COMMENTS = 3;

/** What reviewers and checks said, what the manager would make of it, and what silence means. */
export function dialogueLines({ dialogue, nowMs }: RunInFull): Html[] {
  if (dialogue === null) return [];
  return [
    ...dialogue.feedback.slice(0, MOST_REVIEWS).flatMap(reviewLines),
    ...(dialogue.failures.length === 0
      ? []
      : [
          html`✘ ${bold("Red checks")}: ${dialogue.failures
            .map(({ name }) => name)
            .join(", ")
            .slice(0, 300)}`,
        ]),
    html`${bold("Suggestion")}: ${suggestion(dialogue)}`,
    ...(dialogue.askedUntil === null
      ? []
      : [html`❔ ${silence(dialogue.silence, dialogue.askedUntil - nowMs)}`]),
  ];
}

function reviewLines({ author, verdict, body, comments }: Feedback): Html[] {
  const asks = verdict === "changes_requested" ? "asks for changes" : "comments";
  const own = body.trim() === "" ? [] : [html`“${body.slice(0, 400)}”`];
  const more = comments.length - MOST_COMMENTS;
  return [
    html`💬 ${bold(author)} ${asks}`,
    ...own,
    ...comments
      .slice(0, MOST_COMMENTS)
      .map(
        ({ path, line, body: words }) =>
          html`${code(line === null ? path : `${path}:${line}`, 120)} ${words.slice(0, 200)}`,
      ),
    ...(more > 0 ? [faint(`and ${more} more comments`)] : []),
  ];
}

const IN_WORDS: Readonly<Record<Treatment, string>> = {
  fix: "let Codex fix",
  answer: "let Codex answer",
  ignore: "leave",
};

/** By the triage, a model's where one was asked. */
function suggestion({ triage, failures }: Dialogue): string {
  const counted = Map.groupBy(triage, ({ treatment }) => treatment);
  const parts = (["fix", "answer", "ignore"] as const).flatMap((treatment) => {
    const own = counted.get(treatment)?.length ?? 0;
    return own === 0 ? [] : [`${IN_WORDS[treatment]} ${own} of the things said`];
  });
  return [...parts, ...(failures.length === 0 ? [] : ["let Codex mend what is red"])].join(", ");
}

function silence(means: "fix" | "leave", leftMs: number): string {
  const then = means === "fix" ? "that is done" : "the run pauses and is left to you";
  return leftMs > 0
    ? `If nobody says otherwise, ${then} in ${span(leftMs)}`
    : `Nobody said otherwise: ${then}`;
}

/** What a person can do about it where the run is now. */
export function dialogueButtons({ dialogue, run }: RunInFull): ButtonSpec[] {
  if (dialogue === null) return [];
  const spec = (label: string, action: ButtonSpec["action"], input = {}): ButtonSpec => ({
    ...{ label, action, once: true },
    input: { run: run.id, ...input },
  });
  const isFree = run.state !== "ITERATING" || dialogue.askedUntil !== null;
  const leave = spec("✋ Leave to me", "pause", { reason: "left to a person" });
  return [
    ...(isFree ? [spec("🛠 Fix it", run.state === "NEEDS_HUMAN" ? "retry" : "resume")] : []),
    ...(isFree && dialogue.feedback.length > 0 ? [spec("💬 Answer", "compose")] : []),
    ...(run.state === "ITERATING" ? [leave] : []),
  ];
}
