import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import { type RunningServer, startAppServer, WEBHOOK_PATH } from "../../src/github/app/server.ts";
import { SECRET } from "../github/app/sender.ts";
import { serverOptions, worldOn } from "../github/app/server-world.ts";
import { testDatabases } from "../support/databases.ts";

const PROBE = join(PROJECT_ROOT, "deploy/scripts/webhook-probe.ts");
const MAX_BYTES = 100_000;
const databases = testDatabases();
let server: RunningServer;

beforeAll(async () => {
  const world = worldOn(await databases.open("sqlite"));
  server = await startAppServer({ ...serverOptions(world), maxPayloadBytes: MAX_BYTES, bodyTimeoutMs: 700 });
});
afterAll(() => server.close());

async function probe(args: readonly string[], secret = SECRET) {
  const url = `http://127.0.0.1:${server.port}${WEBHOOK_PATH}`;
  const limits = ["--max-payload-bytes", String(MAX_BYTES), "--slow-sec", "8"];
  const end = await execa(process.execPath, [PROBE, "--url", url, ...limits, ...args], {
    env: { WEBHOOK_SECRET: secret },
    reject: false,
  });
  const checks: { name: string; ok: boolean }[] = end.stdout === "" ? [] : JSON.parse(end.stdout).checks;
  return { exitCode: end.exitCode, checks: Object.fromEntries(checks.map(({ name, ok }) => [name, ok])) };
}

test("against the app every check passes, and a second time as well", async () => {
  const all = {
    signed_delivery_accept: true,
    delivery_replay_dedup: true,
    bad_signature_refused: true,
    payload_size_guard: true,
    slow_sender_cut: true,
  };

  expect(await probe([])).toEqual({ exitCode: 0, checks: all });
  const { slow_sender_cut, ...quick } = all;
  expect(await probe(["--slow-sec", "0"])).toEqual({ exitCode: 0, checks: quick });
});

test("with another secret the probe fails, and says in what", async () => {
  const { exitCode, checks } = await probe(["--slow-sec", "0"], "another secret");

  expect({ exitCode, accepted: checks.signed_delivery_accept }).toEqual({ exitCode: 1, accepted: false });
});

test.each([
  ["no address", ["--url", "nowhere"], SECRET],
  ["no secret", [], ""],
])("with %s it says how it is used", async (_title, args, secret) => {
  expect((await probe(args, secret)).exitCode).toBe(2);
});
