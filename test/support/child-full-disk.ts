// Fills the disk under a SQLite database until a write fails, then makes room, and tells what became of the database.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Database } from "../../src/database/connect.ts";
import { insertDelivery } from "../../src/database/inbox.ts";
import { migrate } from "../../src/database/migrations.ts";
import { startIntakeServer } from "../../src/github/app/intake-server.ts";
import { SECRET, send } from "../github/app/sender.ts";
import { worldOn } from "../github/app/server-world.ts";

const DELIVERY = "00000000-0000-4000-8000-000000000000";
const [how = "mount"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "agentpr-disk-"));
if (how === "mount") execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]);
const ballast = join(folder, "ballast");
if (how === "mount") writeFileSync(ballast, Buffer.alloc(700_000));

const database = connect(`sqlite:${join(folder, "db")}`);
await migrate(database);
const world = worldOn(database);
const server = await startIntakeServer({
  ...{ world, host: "127.0.0.1", port: 0, path: "/api/github/webhooks" },
  ...{ secrets: [SECRET], maxPayloadBytes: 100_000 },
});
const written = await fill(database);
const webhooks = [await deliver(server.port)];
const [{ integrity_check: whole }] = await database.knex.raw("pragma integrity_check");
const kept = await count(database);
makeRoom();
await store(database, written.acknowledged);
const after = await count(database);
webhooks.push(await deliver(server.port));
await server.close();
await database.close();
if (how === "mount") execFileSync("umount", [folder]);
rmSync(folder, { recursive: true, force: true });
process.stdout.write(
  JSON.stringify({
    failed: written.failed,
    whole,
    kept: kept === written.acknowledged ? kept : -1,
    after,
    webhooks,
  }),
);

async function deliver(port: number): Promise<number> {
  const body = JSON.stringify({ sha: "x".repeat(20_000) });
  return (await send(port, { body, guid: DELIVERY })).status;
}

/** Each row is counted once it has been acknowledged. */
async function fill(full: Database): Promise<{ acknowledged: number; failed: string }> {
  for (let acknowledged = 0; acknowledged < 10_000; acknowledged += 1) {
    try {
      await store(full, acknowledged);
    } catch (error) {
      return { acknowledged, failed: String(error) };
    }
  }
  return { acknowledged: 10_000, failed: "the disk was never full" };
}

async function store(on: Database, row: number): Promise<void> {
  await on.transaction(async (trx) => {
    await insertDelivery(on, trx, { guid: `g${row}`, event: "push", payload: "x".repeat(20_000) });
  });
}

async function count({ knex }: Database): Promise<number> {
  return Number((await knex("inbox").count({ rows: "*" }).first())?.rows);
}

/** On the small disk a file makes way; elsewhere the limit is lifted. */
function makeRoom(): void {
  rmSync(ballast, { force: true });
  if (how === "limit") execFileSync("prlimit", ["--pid", String(process.pid), "--fsize=unlimited"]);
}
