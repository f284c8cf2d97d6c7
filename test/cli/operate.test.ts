import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { connect } from "../../src/database/connect.ts";
import { finishDelivery, insertDelivery } from "../../src/database/inbox.ts";
import { testCli } from "../support/run-cli.ts";

const cli = testCli();
const DAY_MS = 86_400_000;
beforeAll(async () => {
  await cli.run(["init-db"]);
});

test("a backup is made, and put back only when that is meant", async () => {
  const made = JSON.parse((await cli.run(["backup", "--json"])).stdout) as { data: { folder: string } };
  const { folder } = made.data;

  const unmeant = await cli.run(["restore", folder]);
  const meant = await cli.run(["restore", folder, "--confirm", "--json"]);

  expect(unmeant).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--confirm") });
  expect(meant.exitCode).toBe(0);
  expect(JSON.parse(meant.stdout)).toMatchObject({ ok: true, data: { lacking: [] } });
  expect((await cli.run(["list-runs", "--json"])).exitCode).toBe(0);
});

test("a folder that is no backup is refused, and so is a backup of another kind of database", async () => {
  const made = JSON.parse((await cli.run(["backup", "--json"])).stdout) as { data: { folder: string } };

  const nothing = await cli.run(["restore", cli.folder(), "--confirm"]);
  const other = await cli.run(["restore", made.data.folder, "--confirm", "--db", "postgres://h/d"]);

  expect(nothing).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("backup.json") });
  expect(other).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("another kind of database") });
});

test("the audit is summed up, and too many failures fail", async () => {
  const reports = join(cli.folder(), "reports");
  const ts = new Date().toISOString();
  const lines = [202, 202, 503].map((status_code) => JSON.stringify({ ts, status_code, outcome: "said" }));
  await mkdir(reports);
  await writeFile(join(reports, "github_webhook_audit.jsonl"), `${lines.join("\n")}\n`);

  const calm = await cli.run(["webhook-audit-summary", "--json"]);
  const strict = await cli.run([
    ...["webhook-audit-summary", "--json", "--since-minutes", "30", "--max-lines", "5000"],
    ...["--fail-on-retryable-failures", "0", "--fail-on-http5xx-rate", "5"],
  ]);

  expect(calm.exitCode).toBe(0);
  expect(JSON.parse(calm.stdout)).toMatchObject({ considered_entries: 3, http_5xx_rate_pct: 33.33 });
  expect(strict.exitCode).toBe(1);
  expect(JSON.parse(strict.stdout).alerts).toHaveLength(2);
});

test("a log that is not there is a failure with what to do", async () => {
  const end = await cli.run(["webhook-audit-summary", "--audit-log-file", "/nowhere/audit.jsonl"]);

  expect(end).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("webhook-probe") });
});

test("deliveries are forgotten once GitHub can no longer offer them again", async () => {
  const database = connect(`sqlite:${join(cli.folder(), "agentpr.db")}`);
  database.setClockOffset(-31 * DAY_MS);
  for (const guid of ["old", "waits"])
    await insertDelivery(database, database.knex, { guid, event: "status", payload: "{}" });
  await finishDelivery(database, database.knex, "old", "done");
  await database.close();

  const end = await cli.run(["cleanup-webhook-deliveries", "--json"]);
  const tooSoon = await cli.run(["cleanup-webhook-deliveries", "--keep-days", "1"]);

  expect(JSON.parse(end.stdout)).toEqual({
    ...{ version: "agentpr.cleanup.v1", ok: true },
    ...{ source: "github", keep_days: 30, deleted: 1 },
  });
  expect(tooSoon).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("from 4") });
});
