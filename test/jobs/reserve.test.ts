import { expect, test } from "@jest/globals";
import { DEFAULT_POLICY, type Limits } from "../../src/core/policy.ts";
import type { Database } from "../../src/database/connect.ts";
import { insertRun } from "../../src/database/runs.ts";
import { settleReservation } from "../../src/database/spending.ts";
import { type Reserved, reserve } from "../../src/jobs/reserve.ts";
import { runIn } from "../core/sample-run.ts";
import { sampleSpec } from "../core/sample-spec.ts";
import { type Child, startChild } from "../support/child.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { counts } from "../support/proof.ts";

const databases = testDatabases();
const { limits } = DEFAULT_POLICY;
const LONG_MS = 600_000;

const perDay = (tokens: number): Limits => ({ ...limits, day: { tokens, cost_usd: 0 } });

async function withRuns(database: Database, ids: readonly string[]): Promise<void> {
  for (const id of ids) await insertRun(database, database.knex, runIn("EXECUTING", { id }));
}

type Order = { limits: Limits; number?: number };

function reserved(database: Database, id: string, { limits: limited, number = 1 }: Order): Promise<Reserved> {
  const spec = sampleSpec({ runId: id, attempt: number, policy: { ...DEFAULT_POLICY, limits: limited } });
  return database.transaction((trx) => reserve({ database }, trx, { run: runIn("EXECUTING", { id }), spec }));
}

test.each(DIALECTS)("on %s the order says what was reserved, to the worker too", async (dialect) => {
  const database = await databases.open(dialect);
  await withRuns(database, ["run_1"]);
  const limited = { ...limits, run: { wall_minutes: 10, tokens: 50_000, cost_usd: 0 } };

  const got = await reserved(database, "run_1", { limits: limited });

  expect(got).toMatchObject({
    kind: "reserved",
    spec: {
      allowance: { tokens: 50_000, cost: null, wall: 600_000 },
      packet: { budget: { maxAgentSeconds: 600 } },
    },
  });
  expect(await database.knex("spending").first("status", "tokens", "cost", "wall", "price")).toEqual({
    status: "reserved",
    tokens: 50_000,
    cost: 0,
    wall: 600_000,
    price: null,
  });
});

test.each(DIALECTS)("on %s of many that ask at once for the last rest only one gets it", async (dialect) => {
  const url = await databases.fresh(dialect);
  const connections = Array.from({ length: 4 }, () => databases.connect(url));
  const [first] = connections;
  if (first === undefined) throw new Error("there are four");
  const rounds = Array.from({ length: counts({ quick: 5, full: 100 }) }, (_, index) => index);
  const ids = rounds.flatMap((round) => connections.map((_, at) => `run_${round}_${at}`));
  await withRuns(first, ["spender", ...ids]);
  await reserved(first, "spender", { limits: perDay(1_000_000) });

  for (const round of rounds) {
    // The spender leaves 100 tokens of what is allowed in this round.
    const amounts = { tokens: 1_000 * (round + 1), cost: 0, wall: 0 };
    await first.transaction((trx) => settleReservation(first, trx, { runId: "spender", number: 1, amounts }));
    const order = { limits: perDay(1_000 * (round + 1) + 100 * (round + 1)) };
    const got = await Promise.all(connections.map((each, at) => reserved(each, `run_${round}_${at}`, order)));
    expect(got.map(({ kind }) => kind).toSorted()).toEqual(["held", "held", "held", "reserved"]);
    await first.knex("spending").where({ status: "reserved" }).update({ status: "settled", tokens: 100 });
  }
});

type Spent = { reserved: number; passed: string[] };

async function spentBy(child: Child): Promise<Spent> {
  const line = await child.heard("spent ");
  await child.ended();
  return JSON.parse(line.slice("spent ".length)) as Spent;
}

test.each(DIALECTS)(
  "on %s processes that reserve and settle side by side never pass a limit, and come to its end",
  async (dialect) => {
    const database = await databases.open(dialect);
    const processes = Array.from({ length: 3 }, (_, process) => [`run_${process}_a`, `run_${process}_b`]);
    await withRuns(database, processes.flat());
    const tokens = counts({ quick: 2_000, full: 100_000 });
    const limited = {
      run: { wall_minutes: 0, tokens: Math.round(tokens / 3), cost_usd: 0 },
      repository_day: { tokens, cost_usd: 0 },
      day: { tokens: tokens + 7, cost_usd: 0 },
    };
    const children = processes.map((ids) =>
      startChild("child-spender.ts", [database.url, JSON.stringify(limited), ids.join()]),
    );
    await Promise.all(children.map((child) => child.heard("ready")));
    for (const child of children) child.tell("go");

    const ended = await Promise.all(children.map(spentBy));

    expect(ended.flatMap(({ passed }) => passed)).toEqual([]);
    const rows = await database.knex("spending").select("status", "tokens");
    expect(rows.filter(({ status }) => status !== "settled")).toEqual([]);
    expect(rows).toHaveLength(ended.reduce((sum, { reserved: one }) => sum + one, 0));
    expect(rows.reduce((sum, row) => sum + Number(row.tokens), 0)).toBe(tokens);
  },
  LONG_MS,
);
