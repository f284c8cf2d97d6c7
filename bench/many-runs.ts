import { STAGES } from "../src/core/statistics/attempt-figures.ts";
import type { Database } from "../src/database/connect.ts";

export type ManyRuns = { runs: number; attemptsEach: number };

const HOUR_MS = 3_600_000;
const REASONS = [
  ["PASS", "runtime_success"],
  ["RETRYABLE", "new_test_failures"],
  ["HUMAN_REVIEW", "diff_budget_exceeded"],
] as const;
/** About what a report and a request take at least. */
const LONG = "x".repeat(4_000);

/** Fills a database with runs that were merged, their attempts, and what the journal and the books say of them. */
export async function putManyRuns(database: Database, { runs, attemptsEach }: ManyRuns): Promise<void> {
  const first = 1_750_000_000_000;
  for (let from = 0; from < runs; from += 100) {
    const some = Array.from({ length: Math.min(100, runs - from) }, (_, at) => from + at);
    await database.transaction(async (trx) => {
      const insert = async (table: string, rows: object[]) => {
        for (let at = 0; at < rows.length; at += 25) await trx(table).insert(rows.slice(at, at + 25));
      };
      const attempts = some.flatMap((n) => attemptsOf(n, attemptsEach, first));
      await insert(
        "runs",
        some.map((n) => runRow(n, first)),
      );
      await insert("attempts", attempts.map(attemptRow));
      await insert("attempt_figures", attempts.map(figuresRow));
      await insert("spending", attempts.map(spendingRow));
      await insert(
        "journal",
        some.flatMap((n) => journalRows(n, first)),
      );
    });
  }
}

type Tried = { id: string; run: string; run_n: number; number: number; at: number };

function attemptsOf(n: number, each: number, first: number): Tried[] {
  return Array.from({ length: each }, (_, at) => ({
    ...{ id: `att_${n}_${at}`, run: `run_${n}`, run_n: n, number: at + 1 },
    at: first + n * HOUR_MS + at * 600_000,
  }));
}

function runRow(n: number, first: number): object {
  const at = first + n * HOUR_MS;
  return {
    ...{ id: `run_${n}`, owner: "octo", repo: `widget-${n % 40}`, repository_id: n % 40, installation_id: 1 },
    ...{ mode: "direct", prompt_version: n % 3 === 0 ? "issue" : "v1", issue: n, base_branch: "main" },
    ...{ request: JSON.stringify({ body: LONG }), branch: `agentpr/${n}`, state: "DONE", reason: null },
    ...{ version: 9, epoch: 6, attempts: 3, failed_in_row: 0, iterations: 1, ci_fixes: 0, answered: "[]" },
    ...{ published_sha: shaOf(n), pr_number: n, pr_open: false },
    ...{ created_at: at, updated_at: at + 40 * HOUR_MS, state_since: at },
  };
}

function attemptRow({ id, run, number, at, run_n }: Tried): object {
  const job = run_n * 10 + number;
  return {
    ...{ id, run_id: run, number, job_id: job, claim_id: 1, runner: "box", status: "finished" },
    ...{ report: LONG, started_at: at, finished_at: at + 300_000 },
  };
}

function figuresRow({ id, run, number, at, run_n }: Tried): object {
  const [grade, reason] = REASONS[(run_n + number) % 3] ?? REASONS[0];
  const stages = STAGES.map((stage, place) => [`${stage}_ms`, (place + 1) * 1_000 + (run_n % 977)] as const);
  return {
    ...{ attempt_id: id, run_id: run, number, grade, reason, model: `model-${run_n % 2}`, skills: "" },
    ...{ tokens: 50_000 + run_n, started_at: at, finished_at: at + 300_000, waited_ms: 40, total_ms: 15_000 },
    ...Object.fromEntries(stages),
  };
}

function spendingRow({ run, number, at, run_n }: Tried): object {
  return {
    ...{ run_id: run, number, repository_id: run_n % 40, day: 1, status: "settled", tokens: 1, cost: 12_000 },
    ...{ wall: 1, price: "{}", created_at: at, settled_at: at },
  };
}

const LIFE = [
  ["run.created", "QUEUED", "QUEUED"],
  ["run.started", "QUEUED", "EXECUTING"],
  ["attempt.finished", "EXECUTING", "EXECUTING"],
  ["change.ready", "EXECUTING", "PUSHED"],
  ["approval.requested", "PUSHED", "PUSHED"],
  ["approval.confirmed", "PUSHED", "PUSHED"],
  ["pr.opened", "PUSHED", "CI_WAIT"],
  ["checks.passed", "CI_WAIT", "REVIEW_WAIT"],
  ["feedback.approved", "REVIEW_WAIT", "REVIEW_WAIT"],
  ["pr.merged", "REVIEW_WAIT", "DONE"],
] as const;

function journalRows(n: number, first: number): object[] {
  return LIFE.map(([type, from_state, to_state], at) => ({
    ...{ run_id: `run_${n}`, cause: `cause:${at}`, type, from_state, to_state },
    event: JSON.stringify({ type, by: "ada", sha: shaOf(n) }),
    at: first + (n + at) * HOUR_MS,
  }));
}

function shaOf(n: number): string {
  return n.toString(16).padStart(40, "0");
}
