import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { createClient } from "../../../src/github/client/client.ts";
import { githubError } from "../../../src/github/client/github-error.ts";
import { PERMISSIONS, PURPOSES } from "../../../src/github/client/permissions.ts";
import { createGitHubPort } from "../../../src/github/port/create-port.ts";
import { type Installed, installed } from "../port/installed.ts";

jest.setTimeout(60_000);

let at: Installed;
let mints: { body: unknown }[] = [];
let roles: number[] = [];
const MINT = "/app/installations/{installation_id}/access_tokens";
const ROLE = "/repos/{owner}/{repo}/collaborators/{username}/permission";

beforeAll(async () => {
  at = await installed({
    ci: { enabled: false },
    observe: ({ template, requestBody, status }) => {
      if (template === MINT) mints.push({ body: requestBody });
      if (template === ROLE) roles.push(status);
    },
  });
});

beforeEach(() => {
  mints = [];
  roles = [];
  at.hub.github.faults.clear();
});

afterAll(() => at.hub.stop());

function tokensAlive(): string[] {
  return [...at.hub.github.store.tokens.values()].flatMap((row) =>
    row.kind === "installation" ? [row.value] : [],
  );
}

test.each(PURPOSES)("a token to %s names one repository and nothing but what it needs", async (purpose) => {
  const client = createClient(at.options);

  await client.as(at.target, purpose, async () => undefined);

  expect(mints).toEqual([
    { body: { repository_ids: [at.target.repositoryId], permissions: PERMISSIONS[purpose] } },
  ]);
});

test("tokens are kept until five minutes before their end, and many who ask at once share one", async () => {
  let now = Date.now();
  const client = createClient({ ...at.options, now: () => now });
  const use = () => client.as(at.target, "comment", async () => undefined);

  await Promise.all([use(), use(), use()]);
  now += 54 * 60_000;
  await use();
  expect(mints).toHaveLength(1);

  now += 2 * 60_000;
  await use();
  expect(mints).toHaveLength(2);
});

test("what is known outlives the token that it was read with", async () => {
  let now = Date.now();
  const port = createGitHubPort({ ...at.options, now: () => now });
  await port.roleOf(at.target, "octo");
  now += 56 * 60_000;

  expect(await port.roleOf(at.target, "octo")).toBe("admin");
  expect(mints).toHaveLength(2);
  expect(roles).toEqual([200, 304]);
});

test("no token crosses installations or repositories", async () => {
  const client = createClient(at.options);
  at.hub.github.addUser("other");
  const { id } = await at.hub.github.addRepository({ owner: "other", name: "place" });
  const { installationId } = at.hub.github.install("other");
  const elsewhere = { owner: "other", repo: "place", repositoryId: id, installationId };

  await client.as(at.target, "comment", async () => undefined);
  await client.as(elsewhere, "comment", async () => undefined);
  const crossed = client.as({ ...at.target, installationId }, "comment", async () => undefined);

  await expect(crossed).rejects.toMatchObject({ kind: "invalid" });
  expect(mints).toHaveLength(3);
});

test("a push token is nobody else's, may only push, and is gone once it is taken back", async () => {
  const port = createGitHubPort(at.options);
  const first = await port.mintPushToken(at.target);
  const second = await port.mintPushToken(at.target);

  expect(first.token).not.toBe(second.token);
  expect(mints).toEqual(
    [1, 2].map(() => ({
      body: { repository_ids: [at.target.repositoryId], permissions: { contents: "write" } },
    })),
  );
  await first.revoke();
  await first.revoke();
  expect(tokensAlive()).toContain(second.token);
  expect(tokensAlive()).not.toContain(first.token);
  await second.revoke();
  expect(tokensAlive()).not.toContain(second.token);
});

test("a token that was taken back is replaced at the next try", async () => {
  const port = createGitHubPort(at.options);
  await port.roleOf(at.target, "octo");
  for (const [key, row] of at.hub.github.store.tokens)
    if (row.kind === "installation") at.hub.github.store.tokens.delete(key);

  await expect(port.roleOf(at.target, "octo")).rejects.toMatchObject({ kind: "unauthorised" });
  expect(await port.roleOf(at.target, "octo")).toBe("admin");
});

test("after a rate limit nothing is sent for that installation until its time, and others go on", async () => {
  let now = Date.now();
  const port = createGitHubPort({ ...at.options, now: () => now });
  await port.roleOf(at.target, "octo");
  at.hub.github.faults.add({
    method: "GET",
    route: "/repos/{owner}/{repo}/issues/{issue_number}",
    kind: "403-secondary",
    retryAfterSeconds: 40,
  });

  await expect(port.readIssue(at.target, 1)).rejects.toMatchObject({ kind: "rate_limited", afterMs: 40_000 });
  const before = at.hub.github.calls().length;
  await expect(port.roleOf(at.target, "octo")).rejects.toMatchObject({ kind: "rate_limited" });
  expect(at.hub.github.calls().length).toBe(before);

  await port.botIdentity();
  now += 41_000;
  expect(await port.roleOf(at.target, "octo")).toBe("admin");
});

test.each([
  ["429", "rate_limited"],
  ["500-before", "unavailable"],
  ["close-connection", "unreachable"],
] as const)("a %s is told as %s and asked only once", async (kind, expected) => {
  const port = createGitHubPort(at.options);
  const route = "/repos/{owner}/{repo}/issues/{issue_number}";
  at.hub.github.faults.add({ method: "GET", route, kind });
  const count = () => at.hub.github.calls().filter(({ template }) => template === route).length;
  const before = count();

  await expect(port.readIssue(at.target, 1)).rejects.toMatchObject({ kind: expected });
  expect(count() - before).toBe(1);
});

test.each([-10, 10])(
  "a machine whose clock is %d minutes off GitHub's is let in all the same",
  async (minutes) => {
    const off = await installed({ ci: { enabled: false }, now: () => Date.now() - minutes * 60_000 });

    const answers = [1, 2].map(() =>
      createGitHubPort(off.options).findRepository({ owner: "octo", repo: "hello" }),
    );

    expect(await Promise.all(answers)).toMatchObject([{ repo: "hello" }, { repo: "hello" }]);
    await off.hub.stop();
  },
);

test("a GitHub that never answers is given up on", async () => {
  const port = createGitHubPort({ ...at.options, requestTimeoutMs: 100 });
  at.hub.github.faults.add({
    method: "GET",
    route: "/repos/{owner}/{repo}/installation",
    kind: "delay",
    ms: 2_000,
  });

  await expect(port.findRepository({ owner: "octo", repo: "hello" })).rejects.toMatchObject({
    kind: "unreachable",
  });
});

test("Probot's pace holds: what notifies people goes out three seconds apart", async () => {
  const client = createClient({ ...at.options, throttled: true });
  const started = performance.now();
  const comment = { owner: "octo", repo: "hello", issue_number: 1, body: "x" };
  const { body } = await at.owner("POST /repos/octo/hello/issues", { title: "pace" });

  expect(body).toMatchObject({ number: 1 });
  await client.as(at.target, "comment", async (octokit) => {
    await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", comment);
    await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", comment);
  });

  expect(performance.now() - started).toBeGreaterThan(2_900);
});

const NOW = Date.parse("2026-01-01T00:00:00Z");

test.each([
  [
    "an archived repository",
    { status: 403, message: "Repository was archived so is read-only." },
    "archived",
    null,
  ],
  [
    "a missing permission",
    { status: 403, message: "Resource not accessible by integration" },
    "forbidden",
    null,
  ],
  ["gone", { status: 410, message: "This issue was deleted" }, "not_found", null],
  [
    "a spent quota",
    {
      status: 403,
      message: "API rate limit exceeded",
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1_000 + 600) },
    },
    "rate_limited",
    601_000,
  ],
  [
    "a limit without a time",
    { status: 403, message: "You have exceeded a secondary rate limit" },
    "rate_limited",
    60_000,
  ],
  [
    "a limit with a time",
    { status: 429, message: "slow down", headers: { "retry-after": "7" } },
    "rate_limited",
    7_000,
  ],
])("%s", (_title, { status, message, ...rest }, kind, afterMs) => {
  const headers = "headers" in rest ? rest.headers : {};
  const error = githubError({ status, message, response: { headers, data: {} } }, "GET /x", NOW);

  expect(error).toMatchObject({ kind, afterMs, status });
  expect(error.message).toBe(`GitHub answered ${status} to GET /x: ${message}`);
});
