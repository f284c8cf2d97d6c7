import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { findRun } from "../../src/database/runs.ts";
import { insertWebSession } from "../../src/database/web-sessions.ts";
import { createClient } from "../../src/github/client/client.ts";
import { hashOf } from "../../src/web/session.ts";
import { folderWith } from "../demo/github/git-client.ts";
import { type Flow, OWNER, REPO, raiseFlow } from "../support/flow.ts";
import { approve, ask, becomes, cli, PATH, quiet, type Talk } from "../support/flow-talk.ts";

jest.setTimeout(120_000);
let flow: Flow;
let talk: Talk;
beforeAll(async () => {
  flow = await raiseFlow({ private: true });
});
afterAll(() => flow.stop());

test("a private repository's issue becomes a pull request like any other's", async () => {
  talk = await ask(flow);
  await talk.is("PUSHED");

  await approve(flow, talk);

  await talk.is("CI_WAIT");
  await quiet(flow);
  expect(reads().length).toBeGreaterThan(0);
});

test.each([
  ["ada", 200],
  ["wren", 200],
  ["mallory", 404],
])("the lines of its change are shown to who may see the repository: %s gets %i", async (login, status) => {
  const token = `session-of-${login}`.padEnd(43, "x");
  const session = { kind: "github", login, tokenHash: hashOf(token), ttlMs: 60_000 } as const;
  await insertWebSession(flow.world.database, session);

  const address = new URL(`/runs/${talk.id}/diff`, flow.webhookUrl);
  const answer = await fetch(address, { headers: { cookie: `agentpr=${token}` }, redirect: "manual" });

  expect(answer.status).toBe(status);
  expect((await answer.text()).includes("+hello 1 of")).toBe(status === 200);
});

test("no token that was ever minted stands in any file of the installation, or in its database", async () => {
  const tokens = [...flow.github.store.tokens.values()].filter(({ kind }) => kind === "installation");
  const minted = flow.exchanges.filter(({ template }) => template?.endsWith("/access_tokens"));
  const values = minted.map(({ responseBody }) => (responseBody as { token: string }).token);
  const files = await filesIn(flow.dir);

  const found = [];
  for (const file of files) {
    const text = await readFile(file, "latin1");
    if (values.some((value) => text.includes(value)) || /gh[sp]_[0-9a-f]{20}/.test(text)) found.push(file);
  }

  expect(values.length).toBeGreaterThan(tokens.length);
  expect(files.length).toBeGreaterThan(20);
  expect(found).toEqual([]);
  expect(await flow.world.database.knex("lent_tokens")).toEqual([]);
});

test("every token that was lent is dead, and the mirror belongs to its installation alone", async () => {
  const alive = [...flow.github.store.tokens.values()].flatMap((token) =>
    token.kind === "installation" && token.permissions.contents === "read" ? [token] : [],
  );
  const cache = join(flow.dir, "cache");
  const mirrors = (await filesIn(cache)).filter((path) => path.endsWith(".git/HEAD"));
  const { installationId, repositoryId } = await talk.run();
  const host = new URL(flow.github.url).host.replace(":", "_");
  const folder = join(host, `installation-${installationId}`);

  const forFiles = flow.exchanges
    .filter(({ template }) => template === "/repos/{owner}/{repo}/contents/{path}")
    .map(({ requestHeaders }) => requestHeaders.authorization?.split(" ")[1]);
  // Checks of a head and the repository's own settings are read with tokens that are kept for the hour.
  const lent = alive.filter(
    ({ permissions, value }) => !("checks" in permissions || forFiles.includes(value)),
  );
  expect(lent).toEqual([]);
  expect(mirrors.map((path) => relative(cache, path))).toEqual([join(folder, `${repositoryId}.git/HEAD`)]);
  expect((await stat(join(cache, folder))).mode & 0o077).toBe(0);
});

const NOBODY = "http://127.0.0.1:1/";

type Change = () => unknown;
const patch = (body: object) => flow.people.ada.patch(PATH, body);

test.each<[string, Change, RegExp, Change, RegExp | null]>([
  [
    "archived",
    () => patch({ archived: true }),
    /archived: unarchive/,
    () => patch({ archived: false }),
    /unarchived/,
  ],
  [
    "suspended with its installation",
    () => flow.github.suspend(OWNER, true),
    /suspended: unsuspend/,
    () => flow.github.suspend(OWNER, false),
    /within the app's reach again/,
  ],
  [
    "taken out of the installation",
    () => flow.github.install(OWNER, { repositories: [] }),
    // Whoever notices first: the webhook, or a job that asks GitHub in that moment.
    /removed from the app's installation|out of the reach of the app's installation/,
    () => flow.github.install(OWNER),
    /added to the app's installation/,
  ],
  [
    "made public and private again",
    () => patch({ private: false }).then(() => patch({ private: true })),
    /made private/,
    () => null,
    null,
  ],
])(
  "a run whose repository is %s waits, and goes on when it is told to",
  async (_what, change, why, undo, told) => {
    await change();
    expect((await talk.is("PAUSED")).reason).toMatch(why);
    await undo();

    if (told !== null)
      await becomes("a word to the operator", async () => {
        const notices: { text: string }[] = await flow.world.database
          .knex("notices")
          .where({ run_id: talk.id });
        return notices.some(({ text }) => told.test(text) && text.includes(`agentpr resume ${talk.id}`));
      });
    await cli(flow, "resume", { run: talk.id });
    expect((await talk.run()).state).not.toBe("PAUSED");
  },
);

test.each([
  ["and we are told", true],
  ["and its webhook is lost", false],
])(
  "where the app is installed again %s, a run goes on by the new installation alone",
  async (_how, isTold) => {
    const before = await talk.run();
    await uninstall();
    expect((await talk.is("PAUSED")).reason).toMatch(/(uninstalled|is gone): install it again/);
    if (!isTold) flow.github.deliverTo(NOBODY);
    const { installationId } = flow.github.install(OWNER);
    if (isTold) await talk.is("PAUSED", (run) => run.installationId === installationId);
    flow.github.deliverTo(flow.webhookUrl);

    await cli(flow, "resume", { run: talk.id });
    await talk.is("CI_WAIT", (run) => run.installationId === installationId);
    await cli(flow, "retry", { run: talk.id });
    const after = await talk.is("CI_WAIT", ({ attempts }) => attempts === before.attempts + 1);
    await quiet(flow);

    expect(after).toMatchObject({ installationId, prNumber: before.prNumber, prOpen: true });
    expect(after.publishedSha).not.toBe(before.publishedSha);
    const mirrors = (await filesIn(join(flow.dir, "cache"))).filter((path) => path.endsWith(".git/HEAD"));
    expect(mirrors.filter((path) => path.includes(`/installation-${installationId}/`))).toHaveLength(1);
  },
);

/** Its owner takes the app away; the app can do the same with itself. */
async function uninstall(): Promise<void> {
  const { installationId } = await talk.run();
  const { app, apiUrl, url } = flow.github;
  const options = { appId: app.id, privateKey: app.privateKey, apiUrl, url, log: flow.world.log };
  await createClient({ ...options, throttled: false }).app.request(
    "DELETE /app/installations/{installation_id}",
    {
      installation_id: installationId ?? 0,
    },
  );
}

test("a renamed repository's run goes on under the new name, also where nobody told us", async () => {
  flow.github.deliverTo("http://127.0.0.1:9/nowhere");
  await patch({ name: "welcomer" });

  await cli(flow, "retry", { run: talk.id });
  await becomes("the new name", async () => (await talk.run()).repo === "welcomer");

  await becomes("the attempt", async () => (await talk.run()).attempts === 4);
  await flow.people.ada.patch(`/repos/${OWNER}/welcomer`, { name: REPO });
});

test("what stands under the old name after a deletion is another repository, and is never read for the old run", async () => {
  await quiet(flow);
  const headers = { authorization: `token ${flow.tokens.ada}` };
  await fetch(`${flow.github.apiUrl}${PATH}`, { method: "DELETE", headers });
  const from = await folderWith(flow.dir, "impostor", { "greeting.txt": "not yours\n" });
  const collaborators = { ada: "admin" } as const;
  await flow.github.addRepository({ owner: OWNER, name: REPO, from, private: true, collaborators });
  const before = fingerprint(await filesIn(join(flow.dir, "cache")));

  await cli(flow, "retry", { run: talk.id });

  expect((await talk.is("PAUSED")).reason).toMatch(/out of the reach of the app's installation/);
  expect(fingerprint(await filesIn(join(flow.dir, "cache")))).toBe(before);
  expect((await findRun(flow.world.database.knex, talk.id))?.attempts).toBe(4);
});

function reads() {
  return flow.exchanges.filter(
    ({ template, status }) => template === "/installation/token" && status === 204,
  );
}

function fingerprint(names: string[]): string {
  return createHash("sha256").update(names.sort().join("\n")).digest("hex");
}

/** All files of the installation but GitHub's own. */
async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.filter((path) => !path.startsWith(join(dir, "github/")));
}
