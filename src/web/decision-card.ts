import type { Explanation, Suggestible } from "../core/explanation.ts";
import type { CheckResult } from "../core/gate.ts";
import { wouldMove } from "../core/moves-in-words.ts";
import type { State } from "../core/run.ts";
import type { ApprovalView, RunView } from "../core/run-view.ts";
import { type Html, html } from "./html.ts";
import { moment } from "./layout.ts";
import type { SignedIn } from "./session.ts";
import { STATE_WORDS } from "./state-words.ts";

const MARKS: Record<CheckResult["outcome"], Html> = {
  ok: html`<span class="good">holds</span>`,
  warning: html`<span class="bad">warning</span>`,
  failure: html`<span class="bad">does not hold</span>`,
};
const MOST_BODY = 20_000;

/** Where a run stands, what would be opened, and what its reader may do about it. Each form carries a cause of its own. */
export function decisionCard(view: RunView, who: SignedIn, cause: string, said: Explanation | null): Html {
  const { run, approval, gate } = view;
  const { name, waitsFor } = STATE_WORDS[run.state];
  const open =
    approval !== null && approval.status === "requested" && run.state === "PUSHED" ? approval : null;
  const isPush = run.state === "PUSHED" && run.prNumber !== null;
  const moves = wouldMove(run).map((text) => html`<li>${text}</li>`);
  return html`<section class="card" aria-labelledby="decision"><h2 id="decision">${name}</h2>
    <p><span class="state">${run.state}</span>${run.reason === null ? null : `: ${run.reason.slice(0, 1_000)}`}</p>
    <p>${open === null ? (isPush ? "A person looks at the change and asks for its push." : waitsFor) : "A person confirms or takes back the request below."}</p>
    ${gatePart(open?.shown?.checks ?? gate?.checks ?? [])}${open === null ? null : requestPart(open)}
    ${said === null ? null : saidPart(said)}${formsPart({ view, who, cause, open })}
    ${moves.length === 0 ? null : html`<details><summary>What would move it</summary><ul>${moves}</ul></details>`}</section>`;
}

function gatePart(checks: readonly CheckResult[]): Html | null {
  if (checks.length === 0) return null;
  const rows = checks.map(
    ({ title, outcome, reason }) => html`<tr><th scope="row">${title}</th><td>${MARKS[outcome]}</td>
      <td>${reason?.slice(0, 500) ?? ""}</td></tr>`,
  );
  const held = checks.filter(({ outcome }) => outcome === "ok").length;
  return html`<details><summary>Gate: ${held} of ${checks.length} checks hold</summary><table>
    <caption>Everything that must hold before the pull request may be opened</caption>
    <thead><tr><th scope="col">Check</th><th scope="col">Outcome</th><th scope="col">Why</th></tr></thead>
    <tbody>${rows}</tbody></table></details>`;
}

/** Beside the machine's facts, and never to be taken for them. */
function saidPart({ why, suggestions, model }: Explanation): Html {
  const items = suggestions.map(({ action, reason }) => html`<li><b>${LABELS[action]}</b>: ${reason}</li>`);
  return html`<aside aria-label="A model's words"><p><b>A model says</b> <span class="quiet">(${model}; it explains, and decides
    nothing)</span>: ${why}</p>${items.length === 0 ? null : html`<p>It suggests:</p><ul>${items}</ul>`}</aside>`;
}

function requestPart({
  title,
  sha,
  baseBranch,
  body,
  draft,
  requestedBy,
  expiresAt,
  bypass,
  shown,
}: ApprovalView): Html {
  const what = shown?.pull === undefined ? "opened" : `pushed to #${shown.pull}`;
  return html`<h3>What would be ${what}</h3><dl><dt>Title</dt><dd>${title}</dd><dt>Commit</dt><dd><code>${sha}</code></dd>
    <dt>Into</dt><dd><code>${baseBranch}</code>${draft ? ", as a draft" : null}</dd>
    <dt>Asked by</dt><dd>${requestedBy}</dd><dt>Until</dt><dd>${moment(expiresAt)}</dd>
    ${bypass === null ? null : html`<dt>Gate bypassed</dt><dd class="bad">${bypass}</dd>`}</dl>
    <details><summary>Its text</summary><pre>${body.slice(0, MOST_BODY)}</pre></details>`;
}

type Forms = { view: RunView; who: SignedIn; cause: string; open: ApprovalView | null };
type Button = {
  action: string;
  label: string;
  field?: readonly [name: string, label: string];
  isMain?: boolean;
};

const NOTE = ["note", "A note for the next attempt"] as const;
const PAUSE: Button = { action: "pause", label: "Pause" };
const RESUME: Button = { action: "resume", label: "Resume", isMain: true };
const RETRY: Button = { action: "retry", label: "Retry", field: NOTE };
const CANCEL: Button = { action: "cancel", label: "Cancel the run" };
const LABELS: Readonly<Record<Suggestible, string>> = {
  ...{ pause: PAUSE.label, resume: RESUME.label, retry: RETRY.label, cancel: CANCEL.label },
  mark_done: "Say that it is finished",
};

/** What makes sense to ask for in a state; whether it may be done is found out when it is asked for. */
const BUTTONS: Record<State, readonly Button[]> = {
  QUEUED: [RESUME, PAUSE, CANCEL],
  EXECUTING: [PAUSE, CANCEL],
  PUSHED: [RETRY, PAUSE, CANCEL],
  CI_WAIT: [RETRY, PAUSE, CANCEL],
  REVIEW_WAIT: [RETRY, PAUSE, CANCEL],
  ITERATING: [PAUSE, CANCEL],
  PAUSED: [RESUME, CANCEL],
  NEEDS_HUMAN: [RETRY, RESUME, CANCEL],
  DONE: [],
  FAILED: [RETRY],
};

function formsPart({ view, who, cause, open }: Forms): Html {
  const { run } = view;
  const opening = run.state === "PUSHED" ? openingButtons(who, open, run.prNumber) : [];
  const buttons = [...opening, ...BUTTONS[run.state]];
  const forms = buttons.map((button) =>
    actionForm(button, { runId: run.id, who, cause, sha: open?.sha ?? null }),
  );
  return html`<div class="actions">${forms}</div>`;
}

/** The code of a request that was made on the command line was told there, to whoever asked, and stands nowhere else. */
function openingButtons({ kind }: SignedIn, open: ApprovalView | null, pull: number | null): Button[] {
  const approve: Button = {
    action: "approve_pr",
    label: `Approve: ${pull === null ? "open exactly this pull request" : `push exactly this to #${pull}`}`,
    isMain: true,
  };
  const withdraw: Button = { action: "withdraw_pr", label: "Take the request back" };
  if (kind === "operator")
    return open === null ? [] : [{ ...approve, field: ["confirm_token", "Confirmation code"] }, withdraw];
  return open === null
    ? [
        {
          action: "request_pr",
          label: pull === null ? "Request the pull request" : "Request the push",
          isMain: true,
        },
      ]
    : [approve, withdraw];
}

type Filled = { runId: string; who: SignedIn; cause: string; sha: string | null };

function actionForm({ action, label, field, isMain }: Button, { runId, who, cause, sha }: Filled): Html {
  const id = `${action}-field`;
  const input =
    field === undefined
      ? null
      : html`<label for="${id}">${field[1]}</label><input type="text" id="${id}" name="${field[0]}" autocomplete="off"> `;
  return html`<form method="post" action="/runs/${encodeURIComponent(runId)}/actions">
    <input type="hidden" name="form" value="${who.formToken}"><input type="hidden" name="cause" value="${cause}">
    ${sha !== null && action === "approve_pr" ? html`<input type="hidden" name="sha" value="${sha}">` : null}
    ${input}<button name="action" value="${action}"${isMain ? html` class="main"` : null}>${label}</button></form>`;
}
