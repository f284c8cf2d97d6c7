import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "../src/core/run.ts";
import { listAttempts } from "../src/database/attempts.ts";
import type { Database } from "../src/database/connect.ts";
import { readJournal } from "../src/database/journal.ts";
import { listRuns } from "../src/database/run-lists.ts";
import { tell } from "./story.ts";
import type { Timeline } from "./timeline.ts";

export type Watch = {
  /** Waits until the run is as wanted; fails when it ends otherwise or the time is over. */
  until(
    what: string,
    wanted: (run: Run) => boolean,
    options?: { seconds?: number; mayEnd?: boolean },
  ): Promise<Run>;
  run(): Promise<Run | null>;
  /** Prints what has not been told yet. */
  catchUp(): Promise<void>;
};

const LOOK_MS = 50;

/** Follows the one run of the demo by its rows, and tells the timeline about it. */
export function watchRun(database: Database, timeline: Timeline): Watch {
  let told = 0;
  async function run(): Promise<Run | null> {
    return (await listRuns(database.knex, { limit: 1 }))[0] ?? null;
  }
  async function catchUp(): Promise<void> {
    const current = await run();
    if (current === null) return;
    for (const entry of await readJournal(database.knex, current.id, { after: told })) {
      told = entry.id;
      for (const [what, detail] of tell(entry)) timeline.say(what, detail);
    }
    timeline.progress(await working(database, current));
  }
  return {
    run,
    catchUp,
    until: async (what, wanted, { seconds = 60, mayEnd = false } = {}) => {
      const over = performance.now() + seconds * 1_000;
      for (;;) {
        await catchUp();
        const current = await run();
        if (current !== null && wanted(current)) {
          await catchUp(); // it may have come so far since it was told of
          return current;
        }
        if (current !== null && !mayEnd && isStuck(current))
          throw new Error(
            `waiting for ${what}: the run is ${current.state} (${current.reason ?? "no reason"})`,
          );
        if (performance.now() > over)
          throw new Error(`waited ${seconds} s for ${what}: the run is ${current?.state ?? "not there"}`);
        await sleep(LOOK_MS);
      }
    },
  };
}

function isStuck({ state }: Run): boolean {
  return state === "NEEDS_HUMAN" || state === "FAILED";
}

async function working(database: Database, run: Run): Promise<string | null> {
  const attempt = (await listAttempts(database.knex, run.id)).findLast(({ status }) => status === "running");
  if (!attempt) return null;
  const command = attempt.progress?.commandRunning;
  return typeof command === "string" ? `codex runs ${command.split("\n")[0]}` : "codex is working";
}
