// Claims and finishes jobs until none is left, and tells which, and how long it ever waited for one.
import { connect } from "../../src/database/connect.ts";
import { finishJob } from "../../src/database/held-jobs.ts";
import { claimJob } from "../../src/database/jobs.ts";
import { say, sayLast, told } from "./child-said.ts";

const [url = ""] = process.argv.slice(2);
const database = connect(url);
await database.knex.raw("select 1");
say("ready");
await told("go");

const claims: string[] = [];
const lost: number[] = [];
let longestMs = 0;
for (let misses = 0; misses < 20; ) {
  const started = performance.now();
  const job = await claimJob(database, { lane: "app", worker: "w", leaseMs: 300_000, repositoryCap: 1 });
  if (job === null) {
    misses += 1;
    await new Promise((resolve) => setTimeout(resolve, 2));
    continue;
  }
  misses = 0;
  longestMs = Math.max(longestMs, performance.now() - started);
  claims.push(`${job.id}:${job.claimId}`);
  if (!(await finishJob(database, database.knex, { jobId: job.id, claimId: job.claimId }))) lost.push(job.id);
}
await database.close();
sayLast(`claimed ${JSON.stringify({ claims, lost, longestMs })}`);
