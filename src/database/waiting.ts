import type { Knex } from "knex";
import { z } from "zod";
import type { JobKind } from "../core/job.ts";
import type { Waiting, WaitingRun } from "../core/need.ts";
import { State } from "../core/run.ts";
import { fromRow } from "./columns.ts";
import { type Database, readNow } from "./connect.ts";
import { type Scope, within } from "./overview.ts";
import { listRunners } from "./runners.ts";

type Look = { scope: Scope; limit: number };

/** Checks that take longer than this are looked at. */
const CHECKS_MS = 2 * 60 * 60_000;
/** A step that is put off for less goes on by itself soon. */
const PARKED_MS = 2 * 60_000;
const VITAL: readonly JobKind[] = ["attempt", "settle", "decide", "publish", "open_pr", "sync"];

/** Every run and runner that may want a person, each list with what has waited longest first. */
export async function readWaiting(database: Database, look: Look): Promise<Waiting> {
  return {
    requested: await requested(database, look),
    standing: [
      ...(await standing(database, look, (runs) => runs.where({ state: "NEEDS_HUMAN" }))),
      ...(await standing(database, look, (runs) => runs.where({ state: "PAUSED" }))),
      ...(await standing(database, look, (runs) => runs.where({ state: "QUEUED" }).whereNotNull("reason"))),
      ...(await standing(database, look, (runs) => unrequested(database, runs))),
      ...(await standing(database, look, (runs) => overdue(database, runs))),
    ],
    setAside: await setAside(database, look),
    parked: await parked(database, look),
    runners: look.scope.all ? await listRunners(database.knex) : [],
    attemptsWaiting: look.scope.all ? await attemptsWaiting(database) : 0,
    nowMs: await readNow(database),
  };
}

const Row = z.object({
  id: z.string(),
  owner: z.string(),
  repo: z.string(),
  title: z.string(),
  state: State,
  reason: z.string().nullable(),
  prNumber: z.number().nullable(),
  since: z.number(),
});
const Requested = Row.extend({ expiresAt: z.number(), by: z.string() });
const SetAside = Row.extend({ job: z.string(), error: z.string().nullable() });
const Parked = Row.extend({ until: z.number(), error: z.string().nullable() });

async function standing(
  database: Database,
  look: Look,
  which: (runs: Knex.QueryBuilder) => Knex.QueryBuilder,
): Promise<WaitingRun[]> {
  const rows = await which(runs(database, look)).orderBy("runs.state_since");
  return rows.map((row: Record<string, unknown>) => Row.parse(fromRow(row)));
}

async function requested(database: Database, look: Look): Promise<Waiting["requested"]> {
  const query = runs(database, look)
    .where({ state: "PUSHED", "approvals.status": "requested" })
    .join("approvals", "approvals.run_id", "runs.id")
    .where("approvals.expires_at", ">", database.now())
    .orderBy("approvals.expires_at")
    .select("approvals.expires_at", { by: "approvals.requested_by" });
  return (await query).map((row: Record<string, unknown>) => Requested.parse(fromRow(row)));
}

function unrequested({ knex, now }: Database, pushed: Knex.QueryBuilder): Knex.QueryBuilder {
  const open = knex("approvals")
    .whereRaw("approvals.run_id = runs.id")
    .where((each) =>
      each
        .where({ status: "confirmed" })
        .orWhere((asked) => asked.where({ status: "requested" }).where("expires_at", ">", now())),
    );
  return pushed.where({ state: "PUSHED" }).whereNotExists(open.select(knex.raw("1")));
}

function overdue({ knex, now }: Database, waiting: Knex.QueryBuilder): Knex.QueryBuilder {
  return waiting.where({ state: "CI_WAIT" }).where("state_since", "<", knex.raw("? - ?", [now(), CHECKS_MS]));
}

async function setAside(database: Database, look: Look): Promise<Waiting["setAside"]> {
  const query = runs(database, look)
    .join("jobs", "jobs.run_id", "runs.id")
    .where({ "jobs.status": "dead" })
    .whereIn("jobs.kind", VITAL)
    .whereNotIn("runs.state", ["DONE", "FAILED", "NEEDS_HUMAN", "PAUSED"])
    .whereRaw("jobs.created_at >= runs.state_since")
    .orderBy("runs.state_since")
    .select({ job: "jobs.kind", error: "jobs.last_error" });
  return (await query).map((row: Record<string, unknown>) => SetAside.parse(fromRow(row)));
}

async function parked(database: Database, look: Look): Promise<Waiting["parked"]> {
  const query = runs(database, look)
    .join("jobs", "jobs.run_id", "runs.id")
    .where({ "jobs.status": "queued" })
    .whereIn("jobs.kind", ["attempt", "decide"])
    .where("jobs.run_after", ">", database.knex.raw("? + ?", [database.now(), PARKED_MS]))
    .whereIn("runs.state", ["EXECUTING", "ITERATING"])
    .orderBy("jobs.run_after")
    .select({ until: "jobs.run_after", error: "jobs.last_error" });
  return (await query).map((row: Record<string, unknown>) => Parked.parse(fromRow(row)));
}

async function attemptsWaiting({ knex, now }: Database): Promise<number> {
  const row = await knex("jobs")
    .where({ lane: "runner", status: "queued" })
    .where("run_after", "<=", now())
    .count({ count: "*" })
    .first();
  return Number(row?.count ?? 0);
}

function runs({ knex, dialect }: Database, { scope, limit }: Look): Knex.QueryBuilder {
  // The request's text may be long; its title is all that is wanted of it.
  const title = dialect === "postgres" ? "request::json->>'title'" : "json_extract(request, '$.title')";
  return knex("runs")
    .where(within(scope))
    .limit(limit)
    .select("runs.id", "runs.owner", "runs.repo", "runs.state", "runs.reason", "runs.pr_number")
    .select({ since: "runs.state_since", title: knex.raw(title) });
}
