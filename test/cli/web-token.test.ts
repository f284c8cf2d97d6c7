import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { loadAppSettings } from "../../src/config/settings.ts";
import { type Running, startApp } from "../../src/main/start-app.ts";
import { testCli } from "../support/run-cli.ts";

const cli = testCli();
const METRICS = "a-token-of-enough-letters";

let app: Running;
let url: string;

beforeAll(async () => {
  await cli.run(["init-db"]);
  // Nothing of GitHub's is at that address, and nothing here asks for it.
  const env = {
    ...{ AGENTPR_DATA_DIR: cli.folder(), AGENTPR_GITHUB_TOKEN: "ghp_none", AGENTPR_METRICS_TOKEN: METRICS },
    ...{ AGENTPR_GITHUB_API_URL: "http://127.0.0.1:1", PORT: "0", LOG_LEVEL: "silent" },
  };
  app = await startApp(loadAppSettings({ env, root: cli.folder() }), {});
  url = app.ready[0]?.[1] ?? "";
});
afterAll(() => app.stop());

test("the printed link signs in to the pages of the app on the same database", async () => {
  const { stdout } = await cli.run(["web-token", "--minutes", "5", "--json"]);
  const { data }: { data: { url: string } } = JSON.parse(stdout);
  const token = new URL(data.url).searchParams.get("token") ?? "";
  const headers = { origin: url };
  const body = new URLSearchParams({ token });
  const answer = await fetch(`${url}/sign-in/link`, { method: "POST", headers, body, redirect: "manual" });
  const [cookie = ""] = (answer.headers.getSetCookie()[0] ?? "").split(";");

  expect(answer.status).toBe(303);
  expect(await (await fetch(url, { headers: { cookie } })).text()).toContain("Needs a person");
});

test("a link is made for a time that makes sense, or not at all", async () => {
  expect(await cli.run(["web-token", "--minutes", "0"])).toMatchObject({ exitCode: 2, stdout: "" });
  expect(await cli.run(["web-token", "--minutes", "2000"])).toMatchObject({ exitCode: 2, stdout: "" });
});

test("the app answers whatever watches it", async () => {
  const status = async (path: string, headers = {}) => (await fetch(`${url}${path}`, { headers })).status;

  expect(await status("/healthz")).toBe(200);
  expect(await status("/readyz")).toBe(200);
  expect(await status("/metrics")).toBe(401);
  expect(await status("/metrics", { authorization: `Bearer ${METRICS}` })).toBe(200);
});
