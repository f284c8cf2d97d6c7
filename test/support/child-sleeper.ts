// Works one job, waits inside it until told, and then tries everything that only the holder of a lease may do.
import { connect } from "../../src/database/connect.ts";
import { buryJob, finishJob, isHeld, renewLease, returnJob } from "../../src/database/held-jobs.ts";
import { insertNotice } from "../../src/database/notices.ts";
import { startWorker } from "../../src/engine/worker.ts";
import { say, sayLast, told } from "./child-said.ts";
import { childWorld } from "./child-world.ts";

const [url = "", secret = ""] = process.argv.slice(2);
const world = childWorld(connect(url), secret);
const { database } = world;
const go = told("go");

const worker = startWorker(world, {
  lane: "app",
  name: "sleeper",
  slots: 1,
  pollMs: 50,
  repositoryCap: 1,
  renewMs: 600_000,
  handlers: {
    receive: async (job, lease) => {
      say("held");
      await go;
      const { claim } = lease;
      const notice = { runId: null, priority: "low", text: "x", cause: `stale:${job.id}` } as const;
      const written = [
        await renewLease(database, claim, 30_000),
        await isHeld(database, database.knex, claim),
        await lease.finish((trx) => insertNotice(database, trx, notice)),
        await finishJob(database, database.knex, claim),
        await returnJob(database, database.knex, claim, { why: "x", afterMs: 0, countsAsTry: false }),
        await buryJob(database, database.knex, claim, "x"),
      ];
      say(`written ${JSON.stringify(written)}`);
      return { kind: "dead", why: "the stale worker's word" };
    },
  },
});
await told("end");
await worker.drain();
await world.wake.close();
await database.close();
sayLast("ended");
