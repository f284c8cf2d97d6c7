// Reserves and settles attempts of its own runs until nothing is left, beside others that do the same, and tells whether
// a limit was ever passed at the moment of a reservation.
import { setTimeout as sleep } from "node:timers/promises";
import { budgetLines } from "../../src/core/budget.ts";
import { DEFAULT_POLICY, Limits } from "../../src/core/policy.ts";
import { connect } from "../../src/database/connect.ts";
import { settleReservation } from "../../src/database/spending.ts";
import { readBooks } from "../../src/database/spending-books.ts";
import { reserve } from "../../src/jobs/reserve.ts";
import { runIn } from "../core/sample-run.ts";
import { sampleSpec } from "../core/sample-spec.ts";
import { say, sayLast, told } from "./child-said.ts";

const [url = "", limits = "{}", ids = ""] = process.argv.slice(2);
const database = connect(url);
const policy = { ...DEFAULT_POLICY, limits: Limits.parse(JSON.parse(limits)) };
await database.knex.raw("select 1");
say("ready");
await told("go");

const passed: string[] = [];
let reserved = 0;

/** One attempt from its reservation to its end; false when the run may have no other. */
async function attempt(id: string, number: number): Promise<boolean> {
  const run = runIn("EXECUTING", { id });
  const spec = sampleSpec({ runId: id, attempt: number, policy });
  const end = await database.transaction(async (trx) => {
    const got = await reserve({ database }, trx, { run, spec });
    const books = await readBooks(database, trx, run);
    const over = budgetLines({ books, policy }).filter(({ used, held, limit }) => used + held > limit);
    return { got, over: over.map((line) => JSON.stringify(line)) };
  });
  passed.push(...end.over);
  if (end.got.kind === "over") return false;
  if (end.got.kind === "held") {
    await sleep(Math.random() * 5);
    return attempt(id, number);
  }
  reserved += 1;
  await sleep(Math.random() * 5);
  const part = Math.random() < 0.5 ? 1 : Math.random();
  const tokens = Math.round((end.got.spec.allowance.tokens ?? 0) * part);
  await database.transaction((trx) =>
    settleReservation(database, trx, { runId: id, number, amounts: { tokens, cost: 0, wall: 0 } }),
  );
  return true;
}

async function work(id: string): Promise<void> {
  for (let number = 1; number <= 200; number += 1) if (!(await attempt(id, number))) return;
  throw new Error(`${id} never came to an end`);
}

await Promise.all(ids.split(",").map(work));
await database.close();
sayLast(`spent ${JSON.stringify({ reserved, passed })}`);
