import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { MILLIONTHS } from "../core/amounts.ts";
import { STATES } from "../core/run.ts";
import { type Database, readNow } from "../database/connect.ts";
import { readMark } from "../database/marks.ts";
import { countAttempts, listEndedAttempts, sumAllSpending } from "../database/measures.ts";
import { countByState } from "../database/overview.ts";
import { readLanes } from "../database/queue-facts.ts";
import { listRunners } from "../database/runners.ts";

export type Metrics = {
  /** Everything as Prometheus reads it. */
  text(): Promise<string>;
  readonly names: readonly string[];
  countWebhook(status: number): void;
  countGitHub(answer: { account: string; status: number; remaining: number | null }): void;
  close(): void;
};

/** Every metric. What the database knows is read from it when it is asked for; the rest counts from this process's start. */
function createInstruments(registers: Registry[]) {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `agentpr_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `agentpr_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[] = []) =>
    new Histogram({ name: `agentpr_${name}`, help, labelNames, buckets: SECONDS, registers });
  return {
    runs: gauge("runs", "Runs in each state", ["state"]),
    jobs: gauge("jobs", "Jobs that are queued, leased or dead", ["lane", "status"]),
    oldest: gauge("job_oldest_seconds", "How long the oldest job that may run has waited", ["lane"]),
    attempts: gauge("attempts", "Attempts by how they ended", ["status", "grade", "reason"]),
    tokens: gauge("spent_tokens", "Tokens that attempts have used, ever"),
    cost: gauge("spent_usd", "What attempts have cost, ever, in US dollars"),
    leases: gauge("leases_lost", "Leases that ran out because a worker fell silent, ever"),
    runners: gauge("runner_silent_seconds", "How long ago a runner was last heard of", ["runner"]),
    capacity: gauge("runner_capacity", "Attempts that a runner takes at once", ["runner"]),
    lag: gauge("event_loop_lag_seconds", "Delay of the event loop since the last look", ["quantile"]),
    attempt: histogram("attempt_duration_seconds", "How long attempts took that ended since the first look"),
    stage: histogram("stage_duration_seconds", "How long the stages of those attempts took", ["stage"]),
    webhooks: counter("webhooks_total", "Requests to the webhooks' path, by the answer", ["status"]),
    github: counter("github_requests_total", "Requests to GitHub, by who asked and the answer", [
      "account",
      "status",
    ]),
    remaining: gauge("github_remaining", "Requests left in GitHub's hour, as last told", ["account"]),
  };
}

type Instruments = ReturnType<typeof createInstruments>;

const SECONDS = [0.1, 0.5, 1, 5, 15, 60, 180, 600, 1_800, 3_600, 7_200];
const MOST_ENDED = 500;

export function createMetrics(database: Database): Metrics {
  const registry = new Registry();
  const instruments = createInstruments([registry]);
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const watched = watchEnded(database, instruments);
  return {
    names: Object.values(registry.getMetricsAsArray()).map(({ name }) => name),
    async text() {
      await readState(database, instruments);
      await watched.read();
      for (const quantile of [50, 99])
        instruments.lag.set({ quantile: quantile / 100 }, delay.percentile(quantile) / 1e9);
      delay.reset();
      return registry.metrics();
    },
    countWebhook: (status) => instruments.webhooks.inc({ status }),
    countGitHub({ account, status, remaining }) {
      instruments.github.inc({ account, status });
      if (remaining !== null) instruments.remaining.set({ account }, remaining);
    },
    close: () => delay.disable(),
  };
}

/** Counts of rows by their indexes: finished runs and jobs do not make it slower. */
async function readState(database: Database, to: Instruments): Promise<void> {
  const { knex } = database;
  const states = await countByState(knex, { all: true });
  for (const state of STATES) to.runs.set({ state }, states[state] ?? 0);
  for (const { lane, oldestMs, ...counts } of await readLanes(database)) {
    for (const [status, count] of Object.entries(counts)) to.jobs.set({ lane, status }, count);
    to.oldest.set({ lane }, (oldestMs ?? 0) / 1_000);
  }
  to.attempts.reset();
  for (const { status, grade, reason, count } of await countAttempts(knex))
    to.attempts.set({ status, grade: grade ?? "", reason: reason ?? "" }, count);
  const { tokens, cost } = await sumAllSpending(knex);
  to.tokens.set(tokens);
  to.cost.set(cost / MILLIONTHS);
  to.leases.set((await readMark(knex, "leases_lost")) ?? 0);
  await readRunners(database, to);
}

async function readRunners(database: Database, { runners, capacity }: Instruments): Promise<void> {
  const now = await readNow(database);
  runners.reset();
  capacity.reset();
  for (const { name: runner, heartbeatAt, ...each } of await listRunners(database.knex)) {
    runners.set({ runner }, Math.max(0, now - heartbeatAt) / 1_000);
    capacity.set({ runner }, each.capacity);
  }
}

/** Attempts are looked at once, when they have ended; those of before the first look are in nobody's histogram. */
function watchEnded(database: Database, { attempt, stage }: Instruments): { read(): Promise<void> } {
  let since: number | null = null;
  let seen = new Set<string>();
  return {
    async read() {
      since ??= await readNow(database);
      const ended = await listEndedAttempts(database.knex, since, MOST_ENDED);
      for (const { id, startedAt, finishedAt, stages } of ended) {
        if (seen.has(id)) continue;
        attempt.observe((finishedAt - startedAt) / 1_000);
        for (const { name, ms } of stages) stage.observe({ stage: name }, ms / 1_000);
      }
      since = ended.at(-1)?.finishedAt ?? since;
      const newest = since;
      seen = new Set(ended.filter(({ finishedAt }) => finishedAt === newest).map(({ id }) => id));
    },
  };
}
