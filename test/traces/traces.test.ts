import { afterEach, expect, test } from "@jest/globals";
import type { Job, Outcome } from "../../src/core/job.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import { type OpenTraces, openTraces } from "../../src/traces/open-traces.ts";
import { type Collector, startCollector } from "../support/collector.ts";
import { testDatabases } from "../support/databases.ts";
import { eventually } from "../support/world.ts";

const databases = testDatabases();
const PRICE = { input: 1, cached_input: 0.1, output: 10 };
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

type Told = { level: string; why?: unknown };

async function stand(mood: Collector["mood"]["now"] = "takes") {
  const collector = await startCollector();
  collector.mood.now = mood;
  const told: Told[] = [];
  const teller = (level: string) => (fields: unknown) => void told.push({ level, why: fields });
  const log = { info: teller("info"), warn: teller("warn"), debug: teller("debug") };
  const database = await databases.open("sqlite");
  const place = { url: `${collector.url}/v1/traces`, headers: { "x-team": "ours" }, service: "agentpr-app" };
  const traces = openTraces({ ...place, database, log: log as never });
  open.push(collector.stop);
  return { collector, traces, told };
}

function job(more: Partial<Job> = {}): Job {
  return {
    ...{ id: 7, kind: "decide", lane: "app", runId: "run_1", payload: {}, mac: null, key: "k" },
    ...{ status: "leased", tries: 1, maxTries: 8, claimId: 3, worker: "w", createdAt: 0, ...more },
  };
}

const done = async (): Promise<Outcome> => ({ kind: "done" });
const about = { runId: "run_1", question: "choose_decision", model: "m", endpoint: "http://127.0.0.1:9/v1" };
const usage = { ...NO_USAGE, inputTokens: 300, outputTokens: 40 };

async function decide(traces: OpenTraces, ended: { kind: string } = { kind: "answered" }): Promise<Outcome> {
  return traces.job(job(), async () => {
    await traces.question({ ...about, price: PRICE }, async () => ({ ...ended, usage }));
    return { kind: "done" };
  });
}

test("a question to the manager's model stands under the job that asked, with tokens and cost", async () => {
  const { collector, traces } = await stand();

  await decide(traces);
  await traces.close();

  const [decided, asked] = ["decide", "chat m"].map((name) =>
    collector.spans.find((span) => span.name === name),
  );
  expect(asked).toMatchObject({
    traceId: decided?.traceId,
    parentSpanId: decided?.spanId,
    service: "agentpr-app",
  });
  expect(asked?.attributes).toEqual({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "m",
    "gen_ai.usage.input_tokens": 300,
    "gen_ai.usage.cache_read.input_tokens": 0,
    "gen_ai.usage.output_tokens": 40,
    "gen_ai.usage.reasoning.output_tokens": 0,
    "server.address": "127.0.0.1",
    "agentpr.run.id": "run_1",
    "agentpr.question": "choose_decision",
    "agentpr.cost_usd": 0.0007,
  });
  expect(collector.headers[0]).toMatchObject({ "x-team": "ours" });
});

test("two processes that know nothing of each other write into one trace", async () => {
  const [app, runner] = [await stand(), await stand()];

  await app.traces.job(job(), done);
  await runner.traces.job(job({ kind: "attempt", lane: "runner", id: 8 }), done);
  await Promise.all([app.traces.close(), runner.traces.close()]);

  const [decided, attempt] = [app, runner].map(({ collector }) => collector.spans[0]);
  expect(attempt).toMatchObject({ traceId: decided?.traceId, parentSpanId: decided?.parentSpanId });
  expect(attempt?.spanId).not.toBe(decided?.spanId);
});

test("each try of a job is a span of its own, with how it ended and no word of why", async () => {
  const { collector, traces } = await stand();
  const why = "ghp_secret and <script>";

  await traces.job(job({ claimId: 1 }), async () => ({ kind: "retry", why }));
  await expect(traces.job(job({ claimId: 2 }), () => Promise.reject(new Error(why)))).rejects.toThrow(why);
  await traces.job(job({ claimId: 3 }), async () => ({ kind: "park", why, afterMs: 1 }));
  await traces.job(job({ runId: null }), done);
  await traces.close();

  const ends = collector.spans.map(({ attributes, status }) => [
    ...[attributes["agentpr.job.outcome"], attributes["error.type"], status.code],
  ]);
  expect(ends).toEqual([
    ["retry", "retry", 2],
    ["threw", "threw", 2],
    ["park", undefined, 0],
  ]);
  expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(3);
  expect(collector.wire.join("")).not.toContain("secret");
});

test.each(["fails", "hangs"] as const)(
  "a collector that %s harms no work, and closing is bounded",
  async (mood) => {
    const { traces, told } = await stand(mood);
    const began = performance.now();

    for (let nth = 0; nth < 5_000; nth += 1)
      expect(await traces.job(job({ id: nth }), done)).toEqual({ kind: "done" });
    const worked = performance.now();
    await traces.close();

    expect(worked - began).toBeLessThan(5_000);
    expect(performance.now() - worked).toBeLessThan(7_000);
    expect(told.filter(({ level }) => level === "warn")).toHaveLength(1);
  },
);

test("a collector that is not there is told of once, and once more when it takes traces again", async () => {
  const { collector, traces, told } = await stand("fails");

  await traces.job(job(), done);
  await eventually("it is told", async () => told.length === 1, 15_000);
  collector.mood.now = "takes";
  await traces.job(job({ id: 9 }), done);
  await eventually("a span arrives", async () => collector.spans.length > 0, 15_000);
  await traces.close();

  expect(told.map(({ level }) => level)).toEqual(["warn", "info"]);
}, 60_000);
