import type { Client } from "pg";
import { messageOf } from "../../core/problem.ts";
import type { Db } from "../../database/connect.ts";
import { waited } from "../lease.ts";
import { createBell, type Wake } from "./wake.ts";

const CHANNEL = "agentpr_jobs";
const HEARTBEAT_MS = 5_000;
const ANSWER_MS = 5_000;
const RECONNECT_MS = 1_000;
const GOODBYE_MS = 2_000;

type Log = { warn(fields: object, message: string): void };

/** LISTEN on a session of its own, which is asked for a sign of life and made anew after a restart of the server. */
export function postgresWake(url: string, log: Log): Wake {
  const bell = createBell();
  const closing = new AbortController();
  const listening = listenForEver(url, { ring: bell.ring, closing: closing.signal, log });
  return {
    announce: async (trx: Db) => {
      await trx.raw("select pg_notify(?, '')", [CHANNEL]);
    },
    poke: bell.ring,
    rings: bell.rings,
    next: bell.next,
    close: async () => {
      closing.abort();
      await listening;
    },
  };
}

type Listening = { ring: () => void; closing: AbortSignal; log: Log };

async function listenForEver(url: string, { ring, closing, log }: Listening): Promise<void> {
  while (!closing.aborted) {
    try {
      await listenOnce(url, ring, closing);
    } catch (error) {
      log.warn({ why: messageOf(error) }, "not listening for jobs; polling until the database answers");
      await waited(RECONNECT_MS, closing);
    }
  }
}

/** Listens until the connection breaks (then it throws) or until closing. */
async function listenOnce(url: string, ring: () => void, closing: AbortSignal): Promise<void> {
  const { default: pg } = await import("pg"); // only here: most commands never listen
  const client = new pg.Client({
    connectionString: url,
    application_name: "agentpr wake",
    ...{ query_timeout: ANSWER_MS, connectionTimeoutMillis: ANSWER_MS },
  });
  const broken = new AbortController();
  client.on("error", (error) => broken.abort(error));
  client.on("end", () => broken.abort(new Error("the connection ended")));
  client.on("notification", ring);
  const over = AbortSignal.any([closing, broken.signal]);
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    ring(); // what was announced while nobody listened
    while (await waited(HEARTBEAT_MS, over)) await client.query("select 1");
    broken.signal.throwIfAborted();
  } finally {
    await hangUp(client);
  }
}

/** A line that is dead would keep us waiting for the other side's goodbye. */
async function hangUp(client: Client): Promise<void> {
  const over = new AbortController();
  const late = waited(GOODBYE_MS, over.signal).then((whole) => {
    if (whole) client.connection.stream.destroy();
  });
  await client.end().catch(() => undefined);
  over.abort();
  await late;
}
