import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Knex } from "knex";
import type { Database, Db } from "../../database/connect.ts";
import { createBell, type Wake } from "./wake.ts";

/**
 * Watches the database's folder (its `-wal` file is replaced now and then, so not that file) and asks
 * `pragma data_version`, which changes only when another connection has committed.
 */
export function sqliteWake(database: Database, file: string): Wake {
  const bell = createBell();
  const changed = createChangeCheck(database, bell.ring);
  const watcher: FSWatcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name === null || name.startsWith(basename(file))) changed.look();
  });
  return {
    announce: async (trx: Db) => afterCommit(trx, bell.ring),
    poke: bell.ring,
    rings: bell.rings,
    next: bell.next,
    close: async () => {
      watcher.close();
      await changed.settled();
    },
  };
}

type ChangeCheck = { look(): void; settled(): Promise<void> };

/** One question at a time, and one more when something changed while it was asked. */
function createChangeCheck(database: Database, ring: () => void): ChangeCheck {
  let known: unknown = null;
  let again = false;
  let asking: Promise<void> | null = null;
  async function ask(): Promise<void> {
    do {
      again = false;
      const [row] = await database.knex.raw("pragma data_version");
      if (row.data_version !== known) ring();
      known = row.data_version;
    } while (again);
  }
  return {
    look: () => {
      again = true;
      // A closed database ends the watch; any other trouble is met again by the poll behind it.
      asking ??= ask()
        .catch(() => undefined)
        .finally(() => {
          asking = null;
        });
    },
    settled: async () => {
      await asking;
    },
  };
}

export function afterCommit(db: Db, then: () => void): void {
  if ("executionPromise" in db) void (db as Knex.Transaction).executionPromise.then(then, () => undefined);
  else then();
}
