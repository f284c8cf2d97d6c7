import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pino from "pino";
import type { GitHubCredentials } from "../../src/config/github-credentials.ts";
import { loadAppSettings } from "../../src/config/settings.ts";
import type { Database } from "../../src/database/connect.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { readyChecks } from "../../src/main/ready-checks.ts";
import { testDatabases } from "../support/databases.ts";
import { type CheckedGitHub, startCheckedGitHub } from "../support/openapi-local-github.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
let hub: CheckedGitHub;
beforeAll(async () => {
  hub = await startCheckedGitHub({ ci: { enabled: false } });
});
afterAll(() => hub.stop());

type Who = { privateKey?: string; token?: string; apiUrl?: string };

/** Why the app is not ready, though its database answers; null when it is. */
async function whyNot(
  database: Database,
  { privateKey, token, apiUrl = hub.github.apiUrl }: Who,
): Promise<string | null> {
  const { url, app } = hub.github;
  const settings = loadAppSettings({
    env: { AGENTPR_GITHUB_API_URL: apiUrl, AGENTPR_GITHUB_URL: url },
    envFile: "/dev/null",
  });
  const credentials: GitHubCredentials | null =
    privateKey === undefined
      ? null
      : { appId: app.id, privateKey, webhookSecret: "x", previousWebhookSecret: null };
  const access = { settings, credentials, token: token ?? null, log: pino({ level: "silent" }) };
  const answers = await Promise.all(readyChecks(database, access).map((check) => check()));
  return answers.find((why) => why !== null) ?? null;
}

function otherKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}

test.each([
  ["with the App's key", () => ({ privateKey: hub.github.app.privateKey }), null],
  [
    "with another key",
    () => ({ privateKey: otherKey() }),
    "GitHub does not know the App by this number and key",
  ],
  ["with a person's token", () => ({ token: hub.github.addUser("olga").token }), null],
  [
    "with a token that was taken back",
    () => ({ token: "ghp_0123456789" }),
    "GitHub does not accept the token of AGENTPR_GITHUB_TOKEN",
  ],
  [
    "with the App's key and a spoilt token: runs on installed repositories go on",
    () => ({ privateKey: hub.github.app.privateKey, token: "ghp_0123456789" }),
    null,
  ],
])("%s", async (_title, who: () => Who, why) => {
  expect(await whyNot(await databases.open("sqlite"), who())).toBe(why);
});

test("a GitHub that does not answer makes nobody unready", async () => {
  const nobodyThere = { token: "ghp_0123456789", apiUrl: "http://127.0.0.1:1" };

  expect(await whyNot(await databases.open("sqlite"), nobodyThere)).toBeNull();
});

test("a queue that nobody works off makes the app unready, with its age", async () => {
  const database = await databases.open("sqlite");
  const job = { kind: "patrol", runId: null, payload: {}, key: "patrol", once: "queued" } as const;
  await enqueue(testWorld(database), database.knex, job);
  expect(await whyNot(database, {})).toBeNull();

  database.setClockOffset(11 * 60_000);
  expect(await whyNot(database, {})).toBe("the oldest job of the app has waited for 11 minutes");
});
