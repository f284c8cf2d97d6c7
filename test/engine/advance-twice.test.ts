import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readJournal } from "../../src/database/journal.ts";
import { findRun } from "../../src/database/runs.ts";
import { advance, beginRun } from "../../src/engine/advance.ts";
import type { World } from "../../src/engine/world.ts";
import { anyEvent } from "../core/any-event.ts";
import { runIn } from "../core/sample-run.ts";
import { testDatabases } from "../support/databases.ts";
import { runs } from "../support/proof.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();

async function begin(world: World, id: string): Promise<void> {
  const run = runIn("QUEUED", { id });
  await world.database.transaction((trx) =>
    beginRun(world, trx, { run, by: "ada", held: false, cause: "asked" }),
  );
}

test("causes that come twice, through the database, end as those that came once", async () => {
  const world = testWorld(await databases.open("sqlite"));
  const { knex } = world.database;
  const story = fc.array(fc.tuple(anyEvent, fc.nat(5)), { minLength: 1, maxLength: 12 });
  let count = 0;

  await fc.assert(
    fc.asyncProperty(story, async (happenings) => {
      count += 1;
      const [once, twice] = [`once_${count}`, `twice_${count}`];
      await begin(world, once);
      await begin(world, twice);
      const first = happenings.map(([event], at) => ({ event, cause: `c${at}`, at }));
      const again = happenings.map(([event, later], at) => ({ event, cause: `c${at}`, at: at + later }));
      const refused = new Set<string>();
      for (const { event, cause } of first) {
        const end = await advance(world, { runId: once, event, cause });
        if (end.kind === "refused") refused.add(cause);
      }
      for (const { event, cause } of [...first, ...again].toSorted((a, b) => a.at - b.at))
        if (!refused.has(cause)) await advance(world, { runId: twice, event, cause });
      expect(await readJournal(knex, twice)).toMatchObject(await storyOf(world, once));
      expect(await comparable(world, twice)).toEqual(await comparable(world, once));
    }),
    runs({ quick: 10, full: 300 }),
  );
}, 300_000);

async function storyOf({ database }: World, id: string) {
  return (await readJournal(database.knex, id)).map(({ event, fromState, toState, cause }) => ({
    event,
    fromState,
    toState,
    cause,
  }));
}

async function comparable({ database }: World, id: string) {
  const run = await findRun(database.knex, id);
  return run && { ...run, id: "", createdAt: 0, updatedAt: 0, stateSince: 0 };
}
