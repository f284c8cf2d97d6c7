import { DAY_MS, figure } from "../core/amounts.ts";
import { STATES } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import {
  countByState,
  countEnded,
  type EndedDay,
  listRunLines,
  type RunLine,
  type Scope,
  type SpentDay,
  sumSpending,
} from "../database/overview.ts";
import { type LaneFacts, readLanes } from "../database/queue-facts.ts";
import { readNeeds } from "../reports/needs.ts";
import type { Answer } from "./exchange.ts";
import { type Html, html } from "./html.ts";
import { moment, page, span } from "./layout.ts";
import { needsPart } from "./needs-part.ts";
import type { SignedIn } from "./session.ts";
import type { Site } from "./site.ts";
import { STATE_WORDS } from "./state-words.ts";

const DAYS = 14;
const MOST_RECENT = 25;

/** What needs a person, how many runs are where, how it went lately, what it cost, and the queue. */
export async function homePage({ authority, database }: Site, who: SignedIn): Promise<Answer> {
  const { knex } = database;
  const scope = await authority.scopeOf(who);
  const { needs } = await readNeeds(database, scope);
  const recent = await listRunLines(knex, { scope, limit: MOST_RECENT });
  const counts = await countByState(knex, scope);
  const days = await readDays(database, scope);
  const lanes = scope.all ? await readLanes(database) : null;
  const main = html`${needsPart(needs, who)}${statesPart(counts)}${daysPart(days)}
${lanes === null ? null : lanesPart(lanes)}${recentPart(recent)}`;
  return { kind: "page", status: 200, page: page({ title: "Runs", who, main }) };
}

type Counts = Awaited<ReturnType<typeof countByState>>;

function statesPart(counts: Counts): Html {
  const rows = STATES.map(
    (state) => html`<tr><th scope="row">${STATE_WORDS[state].name} <span class="quiet">${state}</span></th>
      <td class="number">${counts[state] ?? 0}</td></tr>`,
  );
  return html`<h2>By state</h2><table><caption>How many runs are where</caption>
    <thead><tr><th scope="col">State</th><th scope="col" class="number">Runs</th></tr></thead>
    <tbody>${rows}</tbody></table>`;
}

type DayFacts = { day: number; done: number; failed: number; tokens: number; cost: number };

async function readDays(database: Site["database"], scope: Scope): Promise<DayFacts[]> {
  const today = Math.floor((await readNow(database)) / DAY_MS);
  const wanted = { scope, days: DAYS };
  const [ended, spent] = [await countEnded(database, wanted), await sumSpending(database, wanted)];
  return Array.from({ length: DAYS }, (_, back) => dayOf(today - back, ended, spent));
}

function dayOf(day: number, ended: readonly EndedDay[], spent: readonly SpentDay[]): DayFacts {
  const count = (state: string) => ended.find((one) => one.day === day && one.state === state)?.count ?? 0;
  const { tokens, cost } = spent.find((one) => one.day === day) ?? { tokens: 0, cost: 0 };
  return { day, done: count("DONE"), failed: count("FAILED"), tokens, cost };
}

function daysPart(days: readonly DayFacts[]): Html {
  const most = Math.max(1, ...days.map(({ done, failed }) => done + failed));
  const rows = days.map(({ day, done, failed, tokens, cost }) => {
    const ended = done + failed;
    const rate = ended === 0 ? "–" : `${Math.round((100 * done) / ended)} %`;
    return html`<tr><th scope="row">${new Date(day * DAY_MS).toISOString().slice(0, 10)}</th>
      <td><meter min="0" max="${most}" value="${ended}" aria-label="${ended} runs ended"></meter> ${ended}</td>
      <td class="number">${rate}</td><td class="number">${figure("tokens", tokens)}</td>
      <td class="number">${figure("cost", cost)}</td></tr>`;
  });
  return html`<h2>The last two weeks</h2><div class="scroll" role="region" aria-label="The last two weeks" tabindex="0">
    <table><caption>Runs that ended, how many of them well, and what was spent; days of UTC</caption>
    <thead><tr><th scope="col">Day</th><th scope="col">Ended</th><th scope="col" class="number">Done</th>
    <th scope="col" class="number">Tokens</th><th scope="col" class="number">Cost</th></tr></thead>
    <tbody>${rows}</tbody></table></div>`;
}

function lanesPart(lanes: readonly LaneFacts[]): Html {
  const rows = lanes.map(
    ({ lane, queued, leased, dead, oldestMs }) => html`<tr><th scope="row">${lane}</th>
      <td class="number">${queued}</td><td class="number">${leased}</td><td class="number">${dead}</td>
      <td class="number">${oldestMs === null ? "–" : span(oldestMs)}</td></tr>`,
  );
  return html`<h2>Queue</h2><table><caption>Jobs by lane; <a href="/runners">runners</a> work on the second one</caption>
    <thead><tr><th scope="col">Lane</th><th scope="col" class="number">Waiting</th>
    <th scope="col" class="number">Worked on</th><th scope="col" class="number">Set aside</th>
    <th scope="col" class="number">Oldest</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function recentPart(lines: readonly RunLine[]): Html {
  const list = lines.length === 0 ? html`<p>There are no runs yet.</p>` : linesTable("Newest first", lines);
  return html`<h2>Last moved</h2>${list}`;
}

function linesTable(caption: string, lines: readonly RunLine[]): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
    <thead><tr><th scope="col">Run</th><th scope="col">Repository</th><th scope="col">State</th>
    <th scope="col">Since</th></tr></thead><tbody>${lines.map(lineRow)}</tbody></table></div>`;
}

function lineRow({ id, owner, repo, state, title, reason, stateSince }: RunLine): Html {
  const why = reason === null ? null : html`<br><span class="quiet">${reason.slice(0, 200)}</span>`;
  return html`<tr><th scope="row"><a href="/runs/${encodeURIComponent(id)}">${title.slice(0, 120)}</a></th>
    <td>${owner}/${repo}</td><td><span class="state">${STATE_WORDS[state].name}</span>${why}</td>
    <td>${moment(stateSince)}</td></tr>`;
}
