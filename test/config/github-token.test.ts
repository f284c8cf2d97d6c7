import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readGitHubToken } from "../../src/config/github-token.ts";
import { loadAppSettings, loadRunnerSettings } from "../../src/config/settings.ts";

const pem = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({
  type: "pkcs1",
  format: "pem",
});
const APP = { APP_ID: "7", PRIVATE_KEY: String(pem), WEBHOOK_SECRET: "s" };
const path = process.env.PATH ?? "";
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpr-gh-"));
  process.env.PATH = [folder, path].join(delimiter);
});
afterEach(async () => {
  process.env.PATH = path;
  await rm(folder, { recursive: true, force: true });
});

/** A gh that knows one host, or nobody. */
async function gh(script: string): Promise<void> {
  await writeFile(join(folder, "gh"), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, "gh"), 0o755);
}

const read = (env: Record<string, string>) => readGitHubToken(loadAppSettings({ env, root: folder }));

test("the variable goes before gh's login", async () => {
  await gh("echo from-gh");

  expect(await read({ ...APP, AGENTPR_GITHUB_TOKEN: "ghp_x" })).toEqual({
    token: "ghp_x",
    from: "AGENTPR_GITHUB_TOKEN",
  });
});

test("gh is asked for the host of GitHub's pages", async () => {
  await gh('[ "$1 $2 $3" = "auth token --hostname" ] && echo "token-of-$4"');

  expect(await read(APP)).toEqual({ token: "token-of-github.com", from: "gh" });
  expect(await read({ ...APP, AGENTPR_GITHUB_URL: "https://git.example.org" })).toEqual({
    token: "token-of-git.example.org",
    from: "gh",
  });
});

test("a gh where nobody is logged in is none", async () => {
  await gh("echo 'no oauth token' >&2; exit 1");

  expect(await read(APP)).toBeNull();
});

test("gh's login alone makes no app of a machine", async () => {
  await gh("echo from-gh");

  expect(await read({})).toBeNull();
});

test("a runner never sees the token", () => {
  const { environment } = loadRunnerSettings({ env: { AGENTPR_GITHUB_TOKEN: "ghp_x" }, root: folder });

  expect(JSON.stringify(environment)).not.toContain("ghp_x");
});

test("a fork owner that is no account is refused", () => {
  expect(() => loadAppSettings({ env: { AGENTPR_FORK_OWNER: "a/b" }, root: folder })).toThrow(
    "AGENTPR_FORK_OWNER",
  );
});
