import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Knex } from "knex";
import type { Database, Db } from "../../database/connect.ts";
import { createBell, type Wake } from "./wake.ts";

/**
 * Watches the database's folder (its `-wal` file is replaced now and then, so not that file) and asks
 * `pragma data_version`, which changes only when another connection has committed.
 */
export function sqliteWake(database: Database, file: string): Wake {
  const bell = createBell();
  const check = createChangeCheck(database, bell.ring);
  const watcher: FSWatcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name === null || name.startsWith(basename(file))) check.touched();
  });
  return {
    announce: async (trx: Db) => afterCommit(trx, bell.ring),
    poke: bell.ring,
    rings: bell.rings,
    next: (since, signal) => check.during(bell.next(since, signal)),
    close: async () => watcher.close(),
  };
}

/** A file is touched before its commit can be seen, by as long as the disk takes: closely at first, where most commits end. */
const LOOK_AGAIN_MS = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 16, 32, 64, 128];

/** Asks only while somebody waits: a worker with its hands full would ask after each of its own writes. */
function createChangeCheck(database: Database, ring: () => void) {
  let known: unknown = null;
  let touched = false;
  let asking = false;
  let waiting = 0;
  async function hasChanged(): Promise<boolean> {
    const [row] = await database.knex.raw("pragma data_version");
    const changed = row.data_version !== known;
    known = row.data_version;
    return changed;
  }
  async function look(): Promise<void> {
    for (let again = 0; waiting > 0 && again < LOOK_AGAIN_MS.length; again += 1) {
      if (touched) again = 0;
      touched = false;
      if (await hasChanged()) return ring();
      await sleep(LOOK_AGAIN_MS[again], undefined, { ref: false });
    }
  }
  function lookOnce(): void {
    if (asking || !touched || waiting === 0) return;
    asking = true;
    // A closed database ends the watch; any other trouble is met again by the poll behind it.
    void look()
      .catch(() => undefined)
      .then(() => {
        asking = false;
        lookOnce();
      });
  }
  return {
    touched: () => {
      touched = true;
      lookOnce();
    },
    during: async (wait: Promise<void>) => {
      waiting += 1;
      lookOnce();
      await wait;
      waiting -= 1;
    },
  };
}

export function afterCommit(db: Db, then: () => void): void {
  if ("executionPromise" in db) void (db as Knex.Transaction).executionPromise.then(then, () => undefined);
  else then();
}
