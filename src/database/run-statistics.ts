import { AttemptGroup, type Division, RunGroup, RunOutcome } from "../core/statistics/group-rows.ts";
import { fromRow } from "./columns.ts";
import type { Database } from "./connect.ts";

export type Scope = {
  /** Runs that were made since then, in milliseconds since 1970; 0 is all of them. */
  since: number;
  by: Division | null;
};

const WEEK_MS = 7 * 24 * 3_600_000;
/** 1970 began on a Thursday, and a week begins on Monday. */
const TO_MONDAY_MS = 3 * 24 * 3_600_000;

/** Runs and attempts of a repository, a prompt version or a week are those of the run; each attempt has its own model and skills. */
const KEYS: Readonly<Record<Division, string>> = {
  repo: "r.owner || '/' || r.repo",
  prompt: "r.prompt_version",
  week: `(r.created_at + ${TO_MONDAY_MS}) / ${WEEK_MS}`,
  model: "f.model",
  skill: "f.skills",
};

function keyOf(by: Division | null): string {
  return by === null ? "'all'" : KEYS[by];
}

/** Attempts that ended, counted by grade and reason. */
export async function countAttempts({ knex }: Database, { since, by }: Scope): Promise<AttemptGroup[]> {
  const ofRuns = since > 0 || (by !== null && KEYS[by].includes("r."));
  const sql = `
    select ${keyOf(by)} as key, f.grade as grade, f.reason as reason,
      count(*) as attempts, cast(sum(f.tokens) as bigint) as tokens
    from attempt_figures f ${ofRuns ? "join runs r on r.id = f.run_id where r.created_at >= ?" : ""}
    group by 1, 2, 3`;
  const rows = rowsOf(await knex.raw(sql, ofRuns ? [since] : []));
  return rows.map((row) => AttemptGroup.parse(fromRow(row)));
}

/** Runs, counted by what became of them. A model and its skills are those of a run's newest attempt that ended. */
export async function countRuns(database: Database, { since, by }: Scope): Promise<RunGroup[]> {
  const sql = `
    with ${toldSql(database, { key: keyOf(by), where: "created_at >= ?" })}
    select key, outcome, count(*) as runs, count(grade) as tried,
      sum(case when grade = 'PASS' then 1 else 0 end) as passed,
      cast(sum(coalesce(touches, 0)) as bigint) as touches,
      cast(sum(coalesce(cost, 0)) as bigint) as cost, count(cost) as priced,
      string_agg(cast(opened - created_at as text), ',') as to_pr,
      string_agg(cast(merged - opened as text), ',') as to_merge
    from told group by key, outcome`;
  return rowsOf(await database.knex.raw(sql, [since])).map((row) => RunGroup.parse(fromRow(row)));
}

/** What became of each of these runs, and how many reviews asked for something. */
export async function readOutcomes(
  database: Database,
  ids: readonly string[],
): Promise<Map<string, RunOutcome>> {
  if (ids.length === 0) return new Map();
  const places = ids.map(() => "?").join(", ");
  const sql = `
    with ${toldSql(database, { key: "'all'", where: `id in (${places})` })}
    select id, outcome, (
      select count(*) from journal j where j.type = 'feedback.received' and j.run_id = told.id
    ) as reviews from told`;
  const rows = rowsOf(await database.knex.raw(sql, [...ids]));
  return new Map(rows.map((row) => [String(row.id), RunOutcome.parse(row)]));
}

/** Two tables by name; materialized, or what is asked of the journal would be asked again wherever it is used. */
function toldSql(database: Database, { key, where }: { key: string; where: string }): string {
  return `counted as (
      select r.*, ${key} as key, f.grade as grade, t.n as touches, w.n as reviews, (${COST}) as cost,
        (${firstOf("pr.opened")}) as opened, (${firstOf("pr.merged")}) as merged
      from (${RUNS} where ${where}) r
      left join attempt_figures f on f.attempt_id = (${NEWEST})
      left join (${countOf(TOUCHES)}) t on t.run_id = r.id
      left join (${countOf(REVIEWS)}) w on w.run_id = r.id
    ), told as materialized (
      select id, key, grade, created_at, opened, merged, touches, cost,
        ${outcomeSql(String(database.now()))} as outcome
      from counted
    )`;
}

/** What the index of runs answers by itself. */
const RUNS = `
  select id, created_at, owner, repo, prompt_version, state, pr_open, pr_number, published_sha
  from runs`;

/** The report of a run that counts: its newest. */
const NEWEST = `
  select attempt_id from attempt_figures n where n.run_id = r.id
  order by number desc, finished_at desc, attempt_id desc limit 1`;

/** Null where nobody knew the price. */
const COST = `
  select sum(s.cost) from spending s where s.run_id = r.id and s.status = 'settled' and s.price is not null`;

/** What people of ours did to a run; a reviewer's words are none of it. */
const TOUCHES = [
  ...["approval.requested", "approval.confirmed", "approval.rejected", "approval.withdrawn"],
  ...["human.resumed", "human.retried", "human.cancelled", "human.finished"],
  ...["budget.lifted", "attempt.by_hand"],
] as const;
const REVIEWS = ["feedback.received", "feedback.approved"] as const;

function firstOf(type: string): string {
  return `select min(j.at) from journal j where j.type = '${type}' and j.run_id = r.id`;
}

function countOf(types: readonly string[]): string {
  const list = types.map((type) => `'${type}'`).join(", ");
  return `select run_id, count(*) as n from journal where type in (${list}) group by run_id`;
}

/** A pull request without a reviewer's word for so long counts as silence. */
const SILENCE_MS = 14 * 24 * 3_600_000;

/** Somebody has edited it where the commit that was merged is not the one that was published last. */
function outcomeSql(now: string): string {
  const asPublished = `exists (select 1 from journal j where j.type = 'pr.merged' and j.run_id = counted.id
    and j.event like '%"sha":"' || published_sha || '"%')`;
  return `case
    when merged is not null and ${asPublished} then 'merged'
    when merged is not null then 'merged_after_edits'
    when state = 'FAILED' and pr_number is not null then 'closed'
    when state = 'FAILED' then 'given_up'
    when state = 'DONE' then 'finished_by_hand'
    when ${isTrue("pr_open")} and reviews is null and opened < ${now} - ${SILENCE_MS} then 'silent'
    when ${isTrue("pr_open")} then 'open'
    else 'under_way' end`;
}

/** SQLite keeps booleans as 0 and 1. */
function isTrue(column: string): string {
  return `cast(${column} as integer) = 1`;
}

/** The drivers answer a raw query each in its own way. */
export function rowsOf(answer: unknown): Record<string, unknown>[] {
  return Array.isArray(answer) ? answer : (answer as { rows: Record<string, unknown>[] }).rows;
}
