import type { Knex } from "knex";
import type { Db } from "./connect.ts";

type Work = (db: Db) => Promise<unknown>;
type Waiting = { work: Work; settle: PromiseWithResolvers<unknown> };
type Result = { ok: true; value: unknown } | { ok: false; error: unknown };

export type Grouped = <T>(work: (db: Db) => Promise<T>) => Promise<T>;

export type GroupOptions = {
  alone: (work: Work) => Promise<unknown>;
  transaction: <T>(work: (trx: Knex.Transaction) => Promise<T>) => Promise<T>;
};

const MOST_TOGETHER = 32;

/**
 * For a database with one writer: works that wait for each other anyway share a transaction, and so one sync to disk.
 * Each is one statement, for SQLite undoes a statement that fails and keeps the transaction.
 */
export function groupCommit({ alone, transaction }: GroupOptions): Grouped {
  const waiting: Waiting[] = [];
  let writing = false;
  async function writeAll(): Promise<void> {
    writing = true;
    for (;;) {
      const batch = waiting.splice(0, MOST_TOGETHER);
      if (batch.length === 0) break;
      await writeTogether(batch);
    }
    writing = false;
  }
  async function writeTogether(batch: readonly Waiting[]): Promise<void> {
    const [only] = batch;
    if (only && batch.length === 1) return alone(only.work).then(only.settle.resolve, only.settle.reject);
    try {
      const results = await transaction((trx) => runEach(trx, batch));
      for (const [index, result] of results.entries()) settle(batch[index], result);
    } catch (error) {
      for (const { settle } of batch) settle.reject(error);
    }
  }
  return <T>(work: (db: Db) => Promise<T>) => {
    const settle = Promise.withResolvers<unknown>();
    waiting.push({ work, settle });
    if (!writing) void writeAll();
    return settle.promise as Promise<T>;
  };
}

async function runEach(trx: Knex.Transaction, batch: readonly Waiting[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const { work } of batch)
    results.push(
      await work(trx).then(
        (value): Result => ({ ok: true, value }),
        (error: unknown): Result => ({ ok: false, error }),
      ),
    );
  return results;
}

function settle(one: Waiting | undefined, result: Result): void {
  if (result.ok) one?.settle.resolve(result.value);
  else one?.settle.reject(result.error);
}
