import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { connect, type Database } from "../../../src/database/connect.ts";
import { becomes } from "../../support/flow-talk.ts";
import { counts, PATIENCE_MS, rounds } from "../../support/proof.ts";
import { CLI_MAIN, testCli } from "../../support/run-cli.ts";
import { SECRET, signatureOf } from "./sender.ts";
import { privateKeyPem } from "./server-world.ts";

const MINUTE_MS = 60_000;
const AT_ONCE = 32;
const cli = testCli();
jest.setTimeout(240_000);
let app: ReturnType<typeof startApp>;
let database: Database;
let url = "";

beforeAll(async () => {
  await cli.run(["init-db"]);
  app = startApp();
  const [line] = await once(app.stdout, "data");
  url = (JSON.parse(String(line)) as { ready: { webhooks: string } }).ready.webhooks;
  database = connect(`sqlite:${cli.folder()}/agentpr.db`);
});
afterAll(async () => {
  app.kill("SIGTERM");
  await app;
  await database.close();
});

/** The app as it is started by its command, with a GitHub that nobody answers for. */
function startApp() {
  const nowhere = "http://127.0.0.1:9";
  const env = {
    ...{ APP_ID: "7", PRIVATE_KEY: privateKeyPem, WEBHOOK_SECRET: SECRET, PORT: "0", LOG_LEVEL: "silent" },
    ...{ AGENTPR_DATA_DIR: cli.folder(), AGENTPR_GITHUB_API_URL: nowhere, AGENTPR_GITHUB_URL: nowhere },
  };
  const args = [CLI_MAIN, "app", "--json", "--settings-file", "/dev/null"];
  return execa(process.execPath, args, { env, reject: false });
}

const PLACE = { repository: { id: 5, name: "hello", owner: { login: "octo" } }, installation: { id: 9 } };

async function deliver(guid: string, sha: number): Promise<number> {
  const body = JSON.stringify({ ...PLACE, sha: sha.toString(16).padStart(40, "0"), state: "success" });
  const headers = {
    ...{ "content-type": "application/json", "x-github-event": "status" },
    ...{ "x-github-delivery": guid, "x-hub-signature-256": signatureOf(body) },
  };
  const answer = await fetch(url, { method: "POST", headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

test(`${rounds(300, 10_000)} deliveries within a minute: each is taken in, none is lost, and all are worked off`, async () => {
  const guids = Array.from({ length: counts({ quick: 300, full: 10_000 }) }, () => randomUUID());
  const waiting = guids.entries();
  const answers: number[] = [];
  const started = performance.now();

  const senders = Array.from({ length: AT_ONCE }, async () => {
    for (const [at, guid] of waiting) answers.push(await deliver(guid, at));
  });
  await Promise.all(senders);

  expect(performance.now() - started).toBeLessThan(MINUTE_MS);
  expect(new Set(answers)).toEqual(new Set([202]));
  const known = await database.knex("inbox").whereIn("event", ["status"]).select("guid");
  expect(new Set(known.map(({ guid }) => guid))).toEqual(new Set(guids));
  await becomes(
    "an empty inbox",
    async () => !(await database.knex("inbox").where({ status: "waiting" }).first("guid")),
    PATIENCE_MS * 5,
  );
});
