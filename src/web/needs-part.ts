import { NEED_KINDS, type Need } from "../core/need.ts";
import { type Html, html } from "./html.ts";
import { moment } from "./layout.ts";
import type { SignedIn } from "./session.ts";

const MOST = 50;

/** What wants somebody, most urgent first: the list of `agentpr next`, with what to do in this person's place. */
export function needsPart(needs: readonly Need[], who: SignedIn): Html {
  const more = needs.length - MOST;
  const list =
    needs.length === 0
      ? html`<p>Nothing wants anybody.</p>`
      : html`${table(needs.slice(0, MOST), who)}${more > 0 ? html`<p>and ${more} more</p>` : null}`;
  return html`<section class="card" aria-labelledby="needs"><h2 id="needs">Needs a person</h2>${list}</section>`;
}

const CAPTION = "What wants somebody, most urgent first";

function table(needs: readonly Need[], who: SignedIn): Html {
  return html`<div class="scroll" role="region" aria-label="${CAPTION}" tabindex="0"><table><caption>${CAPTION}</caption>
    <thead><tr><th scope="col">What</th><th scope="col">About</th><th scope="col">Why</th><th scope="col">When</th>
    <th scope="col">What to do</th></tr></thead><tbody>${needs.map((need) => row(need, who))}</tbody></table></div>`;
}

function row(need: Need, who: SignedIn): Html {
  const { kind, repository, title, why, since, until } = need;
  const where = repository === null ? null : html`<br><span class="quiet">${repository}</span>`;
  return html`<tr><td><span class="state">${NEED_KINDS[kind]}</span></td>
    <th scope="row"><a href="${pageOf(need)}">${title.slice(0, 120)}</a>${where}</th><td>${why.slice(0, 200)}</td>
    <td>${until === null ? null : "until "}${moment(until ?? since)}</td><td>${todo(need, who)}</td></tr>`;
}

function pageOf({ runId }: Need): string {
  return runId === null ? "/runners" : `/runs/${encodeURIComponent(runId)}`;
}

/** The operator has the machine; everybody else writes a comment, where there is a command for that. */
function todo({ command, slash }: Need, { kind }: SignedIn): Html | null {
  if (kind === "operator") return html`<code>${command}</code>`;
  return slash === null ? null : html`<code>/agentpr ${slash}</code>`;
}
