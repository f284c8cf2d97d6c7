import { readNow } from "../database/connect.ts";
import { listRunners, type Runner } from "../database/runners.ts";
import type { Answer } from "./exchange.ts";
import { type Html, html } from "./html.ts";
import { messagePage, page, span } from "./layout.ts";
import type { SignedIn } from "./session.ts";
import type { Site } from "./site.ts";

/** A runner that has said nothing for so long is taken for gone. */
const SILENT_MS = 120_000;

/** Machines belong to nobody's repository, so only the operator sees them. */
export async function runnersPage({ database }: Site, who: SignedIn): Promise<Answer> {
  if (who.kind !== "operator") {
    const text = "Runners are shown to whoever signed in with a link of the command line.";
    return { kind: "page", status: 403, page: messagePage("Runners", text, "/", who) };
  }
  const runners = await listRunners(database.knex);
  const now = await readNow(database);
  const main =
    runners.length === 0
      ? html`<p>There are no runners yet; start one with <code>agentpr runner</code>.</p>`
      : table(runners, now);
  return { kind: "page", status: 200, page: page({ title: "Runners", who, main }) };
}

function table(runners: readonly Runner[], now: number): Html {
  const rows = runners.map(
    ({ id, name, version, capacity, approved, heartbeatAt }) => html`<tr><th scope="row">${name}<br>
      <code>${id}</code></th><td>${version}</td><td class="number">${capacity}</td>
      <td>${approved ? "approved" : "waits for approval"}</td><td>${seen(now - heartbeatAt)}</td></tr>`,
  );
  return html`<div class="scroll" role="region" aria-label="Runners" tabindex="0"><table>
    <caption>Those that have ever registered</caption><thead><tr><th scope="col">Runner</th><th scope="col">Version</th>
    <th scope="col" class="number">At once</th><th scope="col">Standing</th><th scope="col">Last heard of</th></tr></thead>
    <tbody>${rows}</tbody></table></div>`;
}

function seen(ago: number): Html {
  return ago > SILENT_MS
    ? html`<span class="bad">silent for ${span(ago)}</span>`
    : html`<span class="good">${span(Math.max(0, ago))} ago</span>`;
}
