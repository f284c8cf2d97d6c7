import type { Knex } from "knex";
import { z } from "zod";
import { DAY_MS } from "../core/amounts.ts";
import { State } from "../core/run.ts";
import type { Database, Db } from "./connect.ts";

/** Whose runs are counted: all of them, or those of some repositories, with or without those by way of forks. */
export type Scope = { all: true } | { all: false; repositoryIds: readonly number[]; forks: boolean };

const StateCount = z.object({ state: State, count: z.coerce.number() });

/** How many runs are in each state. */
export async function countByState(db: Db, scope: Scope): Promise<Partial<Record<State, number>>> {
  const rows = await db("runs").where(within(scope)).groupBy("state").select("state").count({ count: "*" });
  return Object.fromEntries(
    rows.map((row) => StateCount.parse(row)).map(({ state, count }) => [state, count]),
  );
}

const Line = z.object({
  id: z.string(),
  owner: z.string(),
  repo: z.string(),
  state: State,
  title: z.string(),
  reason: z.string().nullable(),
  prNumber: z.number().nullable(),
  stateSince: z.number(),
  updatedAt: z.number(),
});
export type RunLine = z.infer<typeof Line>;

/** Runs as lines of a list, those that moved last first. */
export async function listRunLines(
  db: Db,
  { scope, limit }: { scope: Scope; limit: number },
): Promise<RunLine[]> {
  const rows: Record<string, unknown>[] = await db("runs")
    .select(...COLUMNS)
    .where(within(scope))
    .orderBy("updated_at", "desc")
    .limit(limit);
  return rows.map(({ request, ...row }) => Line.parse({ ...row, title: titleOf(request) }));
}

const COLUMNS = [
  ...["id", "owner", "repo", "state", "request", "reason"],
  ...["pr_number as prNumber", "state_since as stateSince", "updated_at as updatedAt"],
];

const Titled = z.object({ title: z.string() });

function titleOf(request: unknown): string {
  return Titled.parse(typeof request === "string" ? JSON.parse(request) : request).title;
}

const Day = z.object({ day: z.coerce.number(), state: State, count: z.coerce.number() });
export type EndedDay = z.infer<typeof Day>;

/** Runs that ended, by day (since 1970, UTC) and by how. */
export async function countEnded(
  database: Database,
  { scope, days }: { scope: Scope; days: number },
): Promise<EndedDay[]> {
  const { knex } = database;
  const day = knex.raw(`state_since / ${DAY_MS}`);
  const rows = await knex("runs")
    .where(within(scope))
    .whereIn("state", ["DONE", "FAILED"])
    .where("state_since", ">=", knex.raw("? - ?", [database.now(), days * DAY_MS]))
    .groupBy("state", day)
    .select("state", { day })
    .count({ count: "*" });
  return rows.map((row) => Day.parse(row));
}

const Spent = z.object({ day: z.coerce.number(), tokens: z.coerce.number(), cost: z.coerce.number() });
export type SpentDay = z.infer<typeof Spent>;

/** What was spent on each of the last days. */
export async function sumSpending(
  database: Database,
  { scope, days }: { scope: Scope; days: number },
): Promise<SpentDay[]> {
  const { knex } = database;
  const query = knex("spending")
    .where("day", ">", knex.raw(`? / ${DAY_MS} - ?`, [database.now(), days]))
    .groupBy("day")
    .select("day")
    .sum({ tokens: "tokens", cost: "cost" });
  if (!scope.all) query.whereIn("repository_id", [...scope.repositoryIds]);
  return (await query).map((row) => Spent.parse(row));
}

const Known = z.object({
  owner: z.string(),
  repo: z.string(),
  repositoryId: z.number(),
  installationId: z.number(),
});
export type KnownRepository = z.infer<typeof Known>;

/** Repositories where the app has runs of its own, at most `limit`. */
export async function listRepositories(db: Db, limit: number): Promise<KnownRepository[]> {
  const newest = db("runs")
    .where({ mode: "direct" })
    .whereNotNull("installation_id")
    .groupBy("repository_id")
    .max({ id: "id" })
    .select("repository_id")
    .limit(limit);
  const rows = await db("runs")
    .whereIn("id", db.from(newest.as("newest")).select("id"))
    .select("owner", "repo", "repository_id", "installation_id");
  return rows.map(({ repository_id, installation_id, ...names }) =>
    Known.parse({ ...names, repositoryId: repository_id, installationId: installation_id }),
  );
}

/** Those runs alone that whoever asks may know of. */
export function within(scope: Scope): (where: Knex.QueryBuilder) => void {
  return (where) => {
    if (scope.all) return;
    where.where((own) => own.where({ mode: "direct" }).whereIn("repository_id", [...scope.repositoryIds]));
    if (scope.forks) where.orWhere({ mode: "fork" });
  };
}
