import { fork } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "./bench.ts";
import { DIALECTS, type Dialect } from "./databases.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { PATIENCE_MS, quietMoment } from "./quiet.ts";
import { bestOf, type Row } from "./row.ts";
import { commentPayload } from "./webhook-payload.ts";

const SECRET = "the bench's webhook secret";
const PER_SECOND = 100;
const SENDERS = 32;
const ENDED = new Error("the app's server ended too early");

type Target = { url: string; body: string };

/** Signed deliveries over HTTP to the app's own server; what is measured ends when the 2xx is there. */
export async function measureWebhook(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const dialect of DIALECTS) rows.push(...(await measureOn(bench, dialect)));
  return rows;
}

async function measureOn(bench: Bench, dialect: Dialect): Promise<Row[]> {
  const { quick, floors } = bench;
  const seconds = quick ? 2 : 10;
  const [paced, rate] = await withServer(bench, dialect, async (target) => {
    await steadily(target, 1); // warms up both sides
    const rounds: Percentiles[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      await quietMoment(quick ? PATIENCE_MS.quick : PATIENCE_MS.full);
      rounds.push(await steadily(target, seconds));
    }
    const rates: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) rates.push(await flatOut(target, 2_000));
    return [bestOf(rounds, ({ p99 }) => p99), Math.max(...rates)] as const;
  });
  const [fsync, http] = [await floors.fsync(), await floors.httpRoundTrip()];
  const floor = { what: "HTTP round trip + fsync", value: http.p99 + fsync.p99 };
  const what = `webhook acknowledged durably, ${dialect}`;
  return [
    {
      metric: `${what}, ${PER_SECOND}/s for ${seconds} s`,
      unit: "ms",
      measured: paced,
      judged: "p99",
      goal: { atMost: 25 },
      floor,
    },
    {
      metric: `${what}, ${SENDERS} senders at once`,
      unit: "/s",
      measured: { rate },
      judged: "rate",
      goal: { atLeast: 1_000 },
      floor: { what: "raw HTTP, one at a time", value: 1_000 / http.p50 },
    },
  ];
}

async function withServer<T>(
  { databases }: Bench,
  dialect: Dialect,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const args = [await databases.fresh(dialect), SECRET];
  const child = fork(join(import.meta.dirname, "webhook-process.ts"), args, {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const end = once(child, "exit");
  try {
    const [port] = await Promise.race([once(child, "message"), end.then(() => Promise.reject(ENDED))]);
    return await work({ url: `http://127.0.0.1:${port}/api/github/webhooks`, body: commentPayload() });
  } finally {
    if (child.connected) child.disconnect();
    await end;
  }
}

/** At a fixed pace, whether or not earlier ones are answered: a slow answer delays nobody else's clock. */
async function steadily(target: Target, seconds: number): Promise<Percentiles> {
  const started = performance.now();
  const sent: Promise<number>[] = [];
  for (let index = 0; index < seconds * PER_SECOND; index += 1) {
    const due = started + (index * 1_000) / PER_SECOND;
    await sleep(Math.max(0, due - performance.now()));
    sent.push(deliver(target));
  }
  return percentiles(await Promise.all(sent));
}

/** Deliveries per second while every sender sends its next one at once. */
async function flatOut(target: Target, count: number): Promise<number> {
  const started = performance.now();
  let left = count;
  async function sender(): Promise<void> {
    while (left > 0) {
      left -= 1;
      await deliver(target);
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return (count * 1_000) / (performance.now() - started);
}

async function deliver({ url, body }: Target): Promise<number> {
  const signature = createHmac("sha256", SECRET).update(body).digest("hex");
  const started = performance.now();
  const answer = await fetch(url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": "issue_comment",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${signature}`,
    },
  });
  await answer.text();
  if (answer.status !== 202) throw new Error(`the app answered ${answer.status}`);
  return performance.now() - started;
}
