import type { ActionContext } from "../src/actions/action.ts";
import { DEFAULT_POLICY } from "../src/core/policy.ts";
import { STATES } from "../src/core/run.ts";
import { connect, type Database } from "../src/database/connect.ts";
import { insertRun } from "../src/database/runs.ts";
import { insertWebSession } from "../src/database/web-sessions.ts";
import { startPagesServer } from "../src/github/app/pages-server.ts";
import { createMetrics } from "../src/web/metrics.ts";
import { hashOf } from "../src/web/session.ts";
import { createWeb } from "../src/web/web.ts";
import { runIn } from "../test/core/sample-run.ts";
import { worldOn } from "../test/github/app/server-world.ts";
import type { Bench } from "./bench.ts";
import { percentiles, timed } from "./percentiles.ts";
import type { Row } from "./row.ts";

const COOKIE = "s".repeat(43);

/** What the pages and the metrics take over HTTP with many runs behind them. */
export async function measurePages({ quick, databases, floors }: Bench): Promise<Row[]> {
  const database = connect(await databases.fresh("sqlite"));
  const count = quick ? 500 : 10_000;
  await fill(database, count);
  const session = { kind: "operator", login: "bench", tokenHash: hashOf(COOKIE), ttlMs: 3_600_000 } as const;
  await insertWebSession(database, session);
  const web = createWeb({
    ...{ actions: actionsOn(database), people: null, signIn: null, patchOf: () => Promise.resolve(null) },
    ...{ publicUrl: "http://127.0.0.1", githubUrl: "https://github.test" },
  });
  const server = await startPagesServer({ database, host: "127.0.0.1", port: 0, pages: [web.handle] });
  const metrics = createMetrics(database);
  const get = (path: string) => read(`http://127.0.0.1:${server.port}${path}`);
  const floor = { what: "HTTP round trip on loopback, 12 kB", value: (await floors.httpRoundTrip()).p50 };
  const times = quick ? 5 : 50;
  const rows: Row[] = [];
  try {
    for (const [name, work] of [
      ["page /", () => get("/")],
      ["page /runs/<id>", () => get("/runs/run_00000")],
      ["/metrics", () => metrics.text()],
    ] as const) {
      await timed(3, work);
      const measured = percentiles(await timed(times, work));
      rows.push({
        metric: `${name}, ${count} runs`,
        unit: "ms",
        measured,
        judged: "p95",
        goal: { atMost: 50 },
        floor,
      });
    }
  } finally {
    metrics.close();
    web.close();
    await server.close();
    await database.close();
  }
  return rows;
}

async function fill(database: Database, count: number): Promise<void> {
  await database.transaction(async (trx) => {
    for (let index = 0; index < count; index += 1) {
      const state = STATES[index % STATES.length] ?? "DONE";
      const id = `run_${String(index).padStart(5, "0")}`;
      const request = { title: `Run ${index}`, body: "words ".repeat(200), author: "ada", issue: index + 1 };
      await insertRun(database, trx, {
        ...runIn(state),
        id,
        request,
        repositoryId: index % 50,
        changeId: null,
      });
    }
  });
}

function actionsOn(database: Database): ActionContext {
  return {
    world: worldOn(database),
    github: null,
    policyFor: () => DEFAULT_POLICY,
    promptFault: () => null,
    defaults: { promptVersion: "v1", autokick: true },
  };
}

async function read(url: string): Promise<void> {
  const answer = await fetch(url, { headers: { cookie: `agentpr=${COOKIE}` }, redirect: "manual" });
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
  await answer.arrayBuffer();
}
