import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { withoutTokens } from "../core/redact.ts";
import type { Run } from "../core/run.ts";
import { runningAttempt } from "../database/attempts.ts";
import { readJournal } from "../database/journal.ts";
import { entryWords } from "./entry-words.ts";
import type { Answer } from "./exchange.ts";
import type { Site } from "./site.ts";

const LOOK_MS = 1_000;
/** Then the browser comes again by itself, and is asked who it is. */
const LONGEST_MS = 10 * 60_000;
const MOST_AT_ONCE = 100;

/** What happens to a run from now on, as server-sent events. */
export function liveTail({ database, closing, tails }: Site, run: Run, after: number): Answer {
  return {
    kind: "stream",
    open: async (response) => {
      if (tails.open >= MOST_AT_ONCE) {
        response.writeHead(503, { "retry-after": "30" });
        response.end();
        return;
      }
      tails.open += 1;
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      const until = AbortSignal.any([gone.signal, closing, AbortSignal.timeout(LONGEST_MS)]);
      try {
        await tell(database, run.id, { after, response, until });
      } finally {
        tails.open -= 1;
        response.end();
      }
    },
  };
}

type Telling = { after: number; response: ServerResponse; until: AbortSignal };

async function tell(
  database: Site["database"],
  runId: string,
  { after, response, until }: Telling,
): Promise<void> {
  let [last, said] = [after, ""];
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
  response.write("retry: 3000\n\n");
  while (!until.aborted) {
    for (const entry of await readJournal(database.knex, runId, { after: last })) {
      last = entry.id;
      const at = new Date(entry.at).toISOString();
      response.write(eventOf("entry", { at, text: withoutTokens(entryWords(entry)) }, last));
    }
    const progress = progressWords((await runningAttempt(database.knex, runId))?.progress);
    if (progress !== said) response.write(eventOf("progress", { text: progress }));
    said = progress;
    await wait(LOOK_MS, undefined, { signal: until }).catch(() => undefined); // aborted: the loop ends by itself
  }
}

const Progress = z
  .object({ stage: z.string(), commands: z.number(), commandRunning: z.string().nullable() })
  .partial();

function progressWords(progress: unknown): string {
  const { stage, commands, commandRunning } = Progress.safeParse(progress).data ?? {};
  if (stage === undefined) return "what happens appears here.";
  const running = commandRunning ? `, now: ${commandRunning.slice(0, 200)}` : "";
  return withoutTokens(`an attempt is at ${stage}, ${commands ?? 0} commands so far${running}`);
}

/** JSON has no line ends, so one data line is enough. */
function eventOf(name: string, data: object, id?: number): string {
  return `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
