import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { perform } from "../actions/perform.ts";
import type { Reply } from "../actions/reply.ts";
import type { Run } from "../core/run.ts";
import { type Answer, isOwnPost, readForm } from "./exchange.ts";
import { html } from "./html.ts";
import { messagePage, page } from "./layout.ts";
import { hashOf, isFormToken, type SignedIn } from "./session.ts";
import type { Site } from "./site.ts";

/** What the page offers; everything else that can be asked for is asked for elsewhere. */
const OFFERED = ["pause", "resume", "retry", "cancel", "request_pr", "approve_pr", "withdraw_pr"] as const;

const Posted = z.object({
  action: z.enum(OFFERED),
  cause: z.string().min(8).max(80),
  note: z.string().trim().max(10_000).optional(),
  sha: z.string().max(64).optional(),
  confirm_token: z.string().trim().max(200).optional(),
});

/** One action, as whoever is signed in, by the role they have now. The same form sent twice is the same cause. */
export async function runAction(
  site: Site,
  request: IncomingMessage,
  who: SignedIn,
  run: Run,
): Promise<Answer> {
  const form = isOwnPost(request, site.publicUrl) ? await readForm(request) : null;
  if (form === null || !isFormToken(who, form.get("form")))
    return refused(run, who, "This form was not one of ours.");
  const filled = [...form].filter(([name, value]) => name !== "form" && value !== "");
  const posted = Posted.safeParse(Object.fromEntries(filled));
  if (!posted.success) return refused(run, who, "This form cannot be read.");
  const { action, cause, ...input } = posted.data;
  const actor = await site.authority.actorFor(who, run, `web:${hashOf(who.token).slice(0, 16)}:${cause}`);
  if (actor === null) return refused(run, who, "You have no say here.");
  return answerTo(run, who, await perform(site.actions, actor, action, { ...input, run: run.id }));
}

const STATUS = { refused: 409, not_found: 404, usage: 400 } as const;

/** A reply's secret is never shown: those who get one have asked elsewhere. */
function answerTo(run: Run, who: SignedIn, reply: Reply): Answer {
  const facts = (reply.ok ? (reply.facts ?? []) : []).slice(0, 40);
  const rows = facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value.slice(0, 1_000)}</dd>`);
  const main = html`<p role="status">${reply.text.slice(0, 4_000)}</p>
    <p><a href="/runs/${encodeURIComponent(run.id)}">Back to the run</a></p><dl>${rows}</dl>`;
  const title = reply.ok ? "Done" : "Not done";
  return { kind: "page", status: reply.ok ? 200 : STATUS[reply.kind], page: page({ title, who, main }) };
}

function refused(run: Run, who: SignedIn, text: string): Answer {
  const back = `/runs/${encodeURIComponent(run.id)}`;
  return { kind: "page", status: 403, page: messagePage("Not done", text, back, who) };
}
