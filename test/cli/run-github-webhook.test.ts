import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { SECRET, send } from "../github/app/sender.ts";
import { CLI_MAIN, testCli } from "../support/run-cli.ts";

const cli = testCli();
beforeAll(async () => {
  await cli.run(["init-db"]);
});

test("the intake alone takes a signed delivery in, once, and leaves a line for each", async () => {
  const args = ["run-github-webhook", "--port", "0", "--path", "/hook", "--audit-log-file"];
  const audit = join(cli.folder(), "audit.jsonl");
  const child = execa(
    process.execPath,
    [CLI_MAIN, ...args, audit, "--json", "--settings-file", "/dev/null"],
    {
      env: { AGENTPR_DATA_DIR: cli.folder(), WEBHOOK_SECRET: SECRET, LOG_LEVEL: "silent" },
      reject: false,
      timeout: 30_000,
    },
  );
  const statuses: number[] = [];
  for await (const line of child) {
    const { ready } = JSON.parse(line) as { ready: { webhooks: string } };
    const port = Number(new URL(ready.webhooks).port);
    for (const guid of ["g-1", "g-1"]) statuses.push((await send(port, { path: "/hook", guid })).status);
    const forged = { "x-hub-signature-256": `sha256=${"0".repeat(64)}` };
    statuses.push((await send(port, { path: "/hook", headers: forged })).status);
    statuses.push((await fetch(ready.webhooks)).status);
    child.kill("SIGTERM");
  }

  expect({ statuses, exitCode: (await child).exitCode }).toEqual({
    statuses: [202, 200, 401, 200],
    exitCode: 0,
  });
  const lines = (await readFile(audit, "utf8")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).status_code)).toEqual([202, 200, 401]);
});

test.each([
  ["no secret", [], 4, "Set WEBHOOK_SECRET"],
  ["an impossible port", ["--port", "70000"], 2, "whole number from 0 to 65535"],
  ["a path that is none", ["--path", "hook"], 2, "It must begin with /"],
  ["a size that is too small", ["--max-payload-bytes", "10"], 2, "whole number from 1024"],
])("with %s it does not start, and says why", async (_what, args, exitCode, words) => {
  const end = await cli.run(["run-github-webhook", ...args]);

  expect(end).toMatchObject({ exitCode, stderr: expect.stringContaining(words) });
});
