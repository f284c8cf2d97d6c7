import { TIERS, type Tier } from "../actions/actor.ts";
import { knownExplanation, suggestionsFor } from "../actions/explanation.ts";
import { gateOf } from "../actions/show-gate.ts";
import type { Explanation } from "../core/explanation.ts";
import type { Run } from "../core/run.ts";
import type { RunView } from "../core/run-view.ts";
import { listAttempts } from "../database/attempts.ts";
import { findChange } from "../database/changes.ts";
import { type Entry, readJournal } from "../database/journal.ts";
import { viewRun } from "../reports/run-view.ts";
import { attemptsPart, evidencePart } from "./attempt-parts.ts";
import { changePart } from "./change-part.ts";
import { decisionCard } from "./decision-card.ts";
import { entryWords } from "./entry-words.ts";
import type { Answer } from "./exchange.ts";
import { type Html, html } from "./html.ts";
import { moment, page } from "./layout.ts";
import type { SignedIn } from "./session.ts";
import type { Site } from "./site.ts";

const MOST_ENTRIES = 100;
const MOST_REQUEST = 4_000;

/** Everything that is known of a run: what is to be decided, what was tried and seen, and what happened. */
export async function runPage(site: Site, who: SignedIn, run: Run): Promise<Answer> {
  const { actions, database, githubUrl } = site;
  const { knex } = database;
  const gate = await gateOf(actions, run);
  const view = await viewRun(database, run, { gate, policy: actions.policyFor(run) });
  const attempts = await listAttempts(knex, run.id);
  const journal = await readJournal(knex, run.id);
  const change = run.changeId === null ? null : await findChange(knex, run.changeId);
  const main = html`${factsPart(view, githubUrl)}${decisionCard(view, who, actions.world.newId(), await saidTo(site, who, run))}
${attemptsPart(attempts)}${evidencePart(attempts)}${change === null ? null : changePart(run, change, githubUrl)}
${timelinePart(run, journal)}${requestPart(run)}`;
  return {
    kind: "page",
    status: 200,
    page: page({ title: run.request.title.slice(0, 200), who, main, isLive: true }),
  };
}

/** What is there already: a page asks nobody, however often it is looked at. */
async function saidTo({ actions, authority }: Site, who: SignedIn, run: Run): Promise<Explanation | null> {
  const said = await knownExplanation(actions, run);
  if (said === null) return null;
  const tier = await authority.tierIn(who, run);
  const may = (needed: Tier) => tier !== null && TIERS.indexOf(tier) >= TIERS.indexOf(needed);
  return { ...said, suggestions: suggestionsFor(said, may) };
}

function factsPart({ run, budget }: RunView, githubUrl: string): Html {
  const repository = `${githubUrl}/${run.owner}/${run.repo}`;
  const pull =
    run.prNumber === null ? null : html`<a href="${repository}/pull/${run.prNumber}">#${run.prNumber}</a>`;
  const issue =
    run.request.issue === null
      ? null
      : html`<a href="${repository}/issues/${run.request.issue}">#${run.request.issue}</a>`;
  const facts: [string, Html | string | null][] = [
    ["Run", html`<code>${run.id}</code>`],
    ["Repository", html`<a href="${repository}">${run.owner}/${run.repo}</a>`],
    ["Issue", issue],
    ["Pull request", pull],
    ["Branch", html`<code>${run.branch}</code>`],
    ["Asked by", run.request.askedBy?.name ?? run.request.author],
    ["Since", moment(run.stateSince)],
    ...budget.map(([label, text]): [string, string] => [`Budget: ${label}`, text]),
  ];
  const rows = facts.map(([label, value]) =>
    value === null ? null : html`<dt>${label}</dt><dd>${value}</dd>`,
  );
  return html`<dl>${rows}</dl>`;
}

function timelinePart(run: Run, journal: readonly Entry[]): Html {
  const shown = journal.slice(-MOST_ENTRIES);
  const before = journal.length - shown.length;
  const lines = shown.map((entry) => html`<li>${moment(entry.at)} ${entryWords(entry)}</li>`);
  const tail = `/runs/${encodeURIComponent(run.id)}/events?after=${journal.at(-1)?.id ?? 0}`;
  return html`<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
    ${before > 0 ? html`<p class="quiet">and ${before} entries before these</p>` : null}
    <ol class="timeline" data-tail="${tail}" aria-live="polite" aria-relevant="additions">${lines}</ol>
    <p class="quiet" role="status" data-tail-note></p></section>`;
}

function requestPart({ request }: Run): Html {
  return html`<h2>What was asked for</h2><details><summary>${request.title}</summary>
    <pre>${request.body.slice(0, MOST_REQUEST)}</pre></details>`;
}
