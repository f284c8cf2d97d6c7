import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { finishDelivery, insertDelivery } from "../../src/database/inbox.ts";
import { insertNotice, listNotices } from "../../src/database/notices.ts";
import { saveRunner } from "../../src/database/runners.ts";
import { testDatabases } from "../support/databases.ts";
import { counts } from "../support/proof.ts";

const databases = testDatabases();
const DISK_CHILD = fileURLToPath(new URL("../support/child-full-disk.ts", import.meta.url));

test("while another process holds the write lock no write fails, and reading goes on", async () => {
  const heldMs = counts({ quick: 3_000, full: 10_000 });
  const url = await databases.fresh("sqlite");
  const [holder, database] = [databases.connect(url), databases.connect(url)];
  const { knex } = database;
  const began = Promise.withResolvers<void>();
  const holding = holder.transaction(async (trx) => {
    await insertNotice(holder, trx, { runId: null, priority: "low", text: "x", cause: "holder" });
    began.resolve();
    await new Promise((resolve) => setTimeout(resolve, heldMs));
  });
  await began.promise;

  const started = performance.now();
  const writes = [
    insertNotice(database, knex, { runId: null, priority: "low", text: "x", cause: "a" }),
    insertDelivery(database, knex, { guid: "g", event: "push", payload: "{}" }),
    saveRunner(database, knex, { id: "r", name: "r", version: "1", capacity: 1, approved: false }),
    finishDelivery(database, knex, "g", "done"),
    database.transaction((trx) =>
      insertNotice(database, trx, { runId: null, priority: "low", text: "x", cause: "b" }),
    ),
  ];
  const ended = Promise.all(writes);
  expect(await listNotices(knex, null)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(heldMs / 2);

  await Promise.all([ended, holding]);
  expect((await listNotices(knex, null)).map(({ cause }) => cause).toSorted()).toEqual(["a", "b", "holder"]);
});

type DiskReport = {
  mounted: boolean;
  failed: string;
  whole: string;
  kept: number;
  after: number;
  webhooks: number[];
};

/** A file system of 2 MB in a mount namespace of its own; where that is not allowed, a limit on the size of files. */
async function onSmallDisk(): Promise<DiskReport> {
  const run = promisify(execFile);
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", DISK_CHILD] as const;
  const mounting = await run("unshare", ["-Urm", ...command, "mount"]).catch(() => null);
  const { stdout } =
    mounting ?? (await run("sh", ["-c", 'ulimit -S -f 4096; exec "$@"', "sh", ...command, "limit"]));
  return JSON.parse(stdout) as DiskReport;
}

test("a full disk is a clear error, costs nothing that was kept, and is forgotten once there is room", async () => {
  const report = await onSmallDisk();

  expect(report.failed).toMatch(/SQLITE_(FULL|IOERR)/);
  expect(report.whole).toBe("ok");
  expect(report.kept).toBeGreaterThan(0);
  expect(report.after).toBe(report.kept + 1);
  expect(report.webhooks).toEqual([503, 202]);
});
