import type { Outcome } from "../core/job.ts";
import { messageOf as reasonOf } from "../core/problem.ts";
import { quietFor } from "../core/quiet-hours.ts";
import type { Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { dropMark, readMark, setMark } from "../database/marks.ts";
import { findRun } from "../database/runs.ts";
import { findChat } from "../database/telegram-chats.ts";
import { expiringApprovals, newestNews, readNews, readNotices, saveTold, toldOf } from "../database/told.ts";
import { renderCard } from "./cards/render-card.ts";
import type { BotContext } from "./context.ts";
import { deliver } from "./deliver.ts";
import { bold, code, type Html, html } from "./html.ts";
import type { Outgoing } from "./outgoing.ts";
import { byPriority, type Telling, tellingsOf, tellingsOfNotices } from "./tellings.ts";
import { ToldToWait } from "./transport.ts";

/** Requests that end within this time are told of once more. */
const SOON_MS = 5 * 60_000;
const MOST_READ = 2_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

type Marks = { journal: number; notices: number };

/** Where telling has come; a bot on an old database begins at its end, and tells nothing old. */
export async function readMarks({ actions }: Pick<BotContext, "actions">): Promise<Marks> {
  const { knex } = actions.world.database;
  const [journal, notices] = [await readMark(knex, "told_journal"), await readMark(knex, "told_notices")];
  if (journal !== null && notices !== null) return { journal, notices };
  const newest = await newestNews(knex);
  await saveMarks({ actions }, newest);
  return newest;
}

/** A bot that tells nothing begins at the end again once it is to tell: what happened meanwhile is old by then. */
export async function forgetMarks({ actions }: Pick<BotContext, "actions">): Promise<void> {
  const { knex } = actions.world.database;
  await dropMark(knex, "told_journal");
  await dropMark(knex, "told_notices");
}

async function saveMarks(
  { actions }: Pick<BotContext, "actions">,
  { journal, notices }: Marks,
): Promise<void> {
  const { knex } = actions.world.database;
  await setMark(knex, "told_journal", journal);
  await setMark(knex, "told_notices", notices);
}

/** Whether there is anything to tell. */
export async function hasNews(context: Pick<BotContext, "actions">): Promise<boolean> {
  const { database } = context.actions.world;
  const [marks, newest] = [await readMarks(context), await newestNews(database.knex)];
  if (newest.journal > marks.journal || newest.notices > marks.notices) return true;
  const soon = await expiringApprovals(database, SOON_MS);
  const causes = soon.map(({ id }) => `expiring:${id}`);
  return (await toldOf(database.knex, NOBODY, causes)).size < causes.length;
}

/** Tells every chat what it has not been told yet, in one message; what may wait waits for the end of the quiet hours. */
export async function tellNews(context: BotContext, most: number): Promise<Outcome> {
  const { database } = context.actions.world;
  const marks = await readMarks(context);
  const news = await readNews(database.knex, marks.journal, MOST_READ);
  const notices = await readNotices(database.knex, marks.notices, MOST_READ);
  const expiring = await endings(context);
  const all = byPriority([...tellingsOf(news), ...tellingsOfNotices(notices), ...expiring]);
  const quiet = quietFor(context.actions.policyFor(NOWHERE).quiet_hours, await readNow(database));
  const now = quiet === 0 ? all : all.filter(({ priority }) => priority === "urgent");
  const untold = await tellChats(context, { tellings: now, most });
  if (untold !== null) return untold;
  await saveTold(
    database,
    NOBODY,
    expiring.map(({ cause }) => cause),
  );
  if (quiet > 0 && now.length < all.length)
    return { kind: "park", why: "quiet hours", afterMs: Math.min(quiet * 60_000, LONGEST_PAUSE_MS) };
  await saveMarks(context, {
    journal: news.at(-1)?.id ?? marks.journal,
    notices: notices.at(-1)?.id ?? marks.notices,
  });
  return { kind: "done" };
}

/** In place of a chat: what was told to all of them. */
const NOBODY = 0;
/** Quiet hours are the people's, not a repository's. */
const NOWHERE = { owner: "-", repo: "-" };

async function endings({ actions }: BotContext): Promise<Telling[]> {
  const soon = await expiringApprovals(actions.world.database, SOON_MS);
  return soon.map(({ id, runId }) => ({
    cause: `expiring:${id}`,
    priority: "high",
    runId,
    text: "has a request that expires within five minutes",
  }));
}

type Order = { tellings: readonly Telling[]; most: number };

const AGAIN_MS = 5_000;

/** All chats at once: one that hangs keeps no other waiting. What a chat could not be told now stays unread, and it is told soon. */
async function tellChats(context: BotContext, order: Order): Promise<Outcome | null> {
  const ends = await Promise.allSettled(
    context.people.told.map((chatId) => tellChat(context, chatId, order)),
  );
  const failed = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
  if (failed.length === 0) return null;
  const waits = failed.map((error) => (error instanceof ToldToWait ? error.afterMs : AGAIN_MS));
  return { kind: "park", why: reasonOf(failed[0]), afterMs: Math.min(...waits) };
}

async function tellChat(context: BotContext, chatId: number, { tellings, most }: Order): Promise<void> {
  const { database } = context.actions.world;
  if ((await findChat(database.knex, chatId)).closedAt !== null) return;
  const told = await toldOf(
    database.knex,
    chatId,
    tellings.map(({ cause }) => cause),
  );
  const fresh = tellings.filter(
    ({ cause, by = "" }) => !told.has(cause) && !by.endsWith(`(Telegram ${chatId})`),
  );
  for (let at = 0; at < fresh.length; at += most) {
    const some = fresh.slice(at, at + most);
    if (!(await deliver(context, chatId, await messageOf(context, chatId, some)))) return;
    await saveTold(
      database,
      chatId,
      some.map(({ cause }) => cause),
    );
  }
}

/** News of one run is its card, to be dealt with on the spot; news of many is a list. */
async function messageOf(
  context: BotContext,
  chatId: number,
  tellings: readonly Telling[],
): Promise<Outgoing> {
  const runs = [...new Set(tellings.flatMap(({ runId }) => (runId === null ? [] : [runId])))];
  const named = await Promise.all(runs.map((id) => findRun(context.actions.world.database.knex, id)));
  const byId = new Map(named.flatMap((run) => (run === null ? [] : [[run.id, run] as const])));
  const lines = tellings.map((telling) => lineOf(telling, byId));
  const [only, ...others] = runs;
  const tier = context.people.tierOfChat(chatId);
  const card =
    only === undefined || others.length > 0
      ? null
      : await renderCard(context, { runId: only, kind: "show", tier });
  if (card !== null)
    return { kind: "say", lines: [...lines, html``, ...card.lines], buttons: card.buttons, card: card.card };
  const more = others.length === 0 ? [] : [html`/next lists what waits for you.`];
  return { kind: "say", lines: [bold(`${tellings.length} news`), ...lines, ...more] };
}

const SIGNS: Record<Telling["priority"], string> = { urgent: "🚨", high: "❗", normal: "🔔", low: "·" };

function lineOf({ priority, runId, text }: Telling, runs: ReadonlyMap<string, Run>): Html {
  const run = runId === null ? undefined : runs.get(runId);
  const subject = run === undefined ? html`` : html`${code(run.id)} on ${run.owner}/${run.repo} `;
  return html`${SIGNS[priority]} ${subject}${text.slice(0, 500)}`;
}
