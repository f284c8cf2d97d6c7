import type { Knex } from "knex";
import { z } from "zod";
import { fromRow } from "./columns.ts";
import type { Database } from "./connect.ts";

type Ids = Promise<string[]>;

/** Runs that should be going on while no job stands for them, those longest untouched first. */
export async function undecidedRuns({ knex }: Database, limit: number): Ids {
  const going = knex("runs")
    .where((run) =>
      run
        .whereIn("state", ["EXECUTING", "ITERATING"])
        .orWhere((queued) => queued.where({ state: "QUEUED" }).whereNull("reason"))
        .orWhere((pushed) => pushed.where({ state: "PUSHED" }).whereExists(deadSince(knex))),
    )
    .whereNotExists(openJob(knex));
  return ids(going.orderBy("updated_at").limit(limit));
}

/** Runs with a pull request that nobody has looked at on GitHub for that long, those longest untouched first. */
export async function unseenRuns(
  database: Database,
  { forMs, limit }: { forMs: number; limit: number },
): Ids {
  const { knex } = database;
  const lately = knex("jobs")
    .whereRaw("jobs.run_id = runs.id")
    .where({ kind: "sync" })
    .where((job) =>
      job
        .whereIn("status", ["queued", "leased"])
        .orWhere("finished_at", ">", knex.raw("? - ?", [database.now(), forMs])),
    );
  // Polling looks after the pull requests of forks, at a fraction of the requests.
  const open = knex("runs")
    .whereNotNull("pr_number")
    .whereNot({ mode: "fork" })
    .whereNotIn("state", ["DONE", "FAILED"]);
  return ids(
    open
      .whereNotExists(lately.select(knex.raw("1")))
      .orderBy("updated_at")
      .limit(limit),
  );
}

const Unreviewed = z.object({
  id: z.string(),
  owner: z.string(),
  repo: z.string(),
  prNumber: z.number(),
  since: z.coerce.number(),
  cause: z.string(),
});

/** Runs that wait so long for reviewers of whom none has spoken, and that nobody was told of, those longest waiting first. */
export async function unreviewedRuns(
  database: Database,
  { forMs, limit }: { forMs: number; limit: number },
): Promise<z.infer<typeof Unreviewed>[]> {
  const { knex } = database;
  const cause = "'silence:' || runs.id || ':' || runs.epoch";
  const word = knex("journal")
    .whereRaw("journal.run_id = runs.id and journal.at >= runs.state_since")
    .where("type", "like", "feedback.%");
  const told = knex("notices").whereRaw(`notices.cause = ${cause}`);
  const rows = await knex("runs")
    .where({ state: "REVIEW_WAIT" })
    .whereNotNull("pr_number")
    .where("state_since", "<=", knex.raw("? - ?", [database.now(), forMs]))
    .whereNotExists(word.select(knex.raw("1")))
    .whereNotExists(told.select(knex.raw("1")))
    .orderBy("state_since")
    .limit(limit)
    .select("id", "owner", "repo", "pr_number", "state_since as since", knex.raw(`${cause} as cause`));
  return rows.map((row) => Unreviewed.parse(fromRow(row)));
}

function openJob(knex: Knex): Knex.QueryBuilder {
  return knex("jobs")
    .whereRaw("jobs.run_id = runs.id")
    .whereIn("kind", ["decide", "attempt", "settle", "publish", "open_pr"])
    .whereIn("status", ["queued", "leased"])
    .select(knex.raw("1"));
}

function deadSince(knex: Knex): Knex.QueryBuilder {
  return knex("jobs")
    .whereRaw("jobs.run_id = runs.id and jobs.created_at >= runs.state_since")
    .where({ status: "dead" })
    .select(knex.raw("1"));
}

async function ids(query: Knex.QueryBuilder): Ids {
  const rows: { id: string }[] = await query.select("id");
  return rows.map(({ id }) => id);
}
