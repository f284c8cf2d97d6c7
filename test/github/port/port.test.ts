import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import type { CheckRunView } from "../../../src/jobs/ports.ts";
import { until, valueAt } from "../../support/openapi-local-github.ts";
import { type Installed, installed } from "./installed.ts";

jest.setTimeout(60_000);

let at: Installed;
let sha: string;
const MARKER = "<!-- agentpr:sticky:run_1 -->";

beforeAll(async () => {
  at = await installed({ ci: { enabled: false } });
  for (const login of ["tina", "wendy", "mia", "ada", "rita"]) at.hub.github.addUser(login);
  const roles = { tina: "triage", wendy: "write", mia: "maintain", ada: "admin", rita: "read" } as const;
  const repository = at.hub.github.store.repositories.get(at.target.repositoryId);
  for (const [login, role] of Object.entries(roles)) repository?.collaborators.set(login, role);
  sha = await at.push("agentpr/x", { "a.txt": "a\n" });
});

beforeEach(() => at.hub.github.faults.clear());

afterAll(async () => {
  await at.hub.stop();
  expect(at.hub.problems).toEqual([]);
});

async function newIssue(): Promise<number> {
  const { body } = await at.owner("POST /repos/octo/hello/issues", { title: "Add X", body: "please" });
  return Number(valueAt(body, "number"));
}

function commentsOn(issue: number): string[] {
  return [...at.hub.github.store.comments.values()]
    .filter((row) => row.issueNumber === issue)
    .map((row) => row.body);
}

test("finds the repository that the app is installed on, by any spelling, and takes the token back", async () => {
  const { defaultBranch } = await expectFound("OCTO", "Hello");

  expect(defaultBranch).toBe("main");
  expect(at.hub.github.calls().filter(({ template }) => template === "/installation/token")).toHaveLength(1);
});

async function expectFound(owner: string, repo: string) {
  const facts = await at.port.findRepository({ owner, repo });
  expect(facts).toMatchObject({ ...at.target, private: false, archived: false });
  if (facts === null) throw new Error("not found");
  return facts;
}

test("there is no repository where the app is not installed", async () => {
  at.hub.github.addUser("else");
  await at.hub.github.addRepository({ owner: "else", name: "where" });

  expect(await at.port.findRepository({ owner: "else", repo: "where" })).toBeNull();
  expect(await at.port.findRepository({ owner: "octo", repo: "nothing" })).toBeNull();
});

test.each([
  ["octo", "admin"],
  ["ada", "admin"],
  ["mia", "maintain"],
  ["wendy", "write"],
  ["tina", "triage"],
  ["rita", "read"],
  ["else", "read"],
  ["nobody-of-that-name", "none"],
])("%s has the role %s", async (login, role) => {
  expect(await at.port.roleOf(at.target, login)).toBe(role);
});

test("a role that GitHub does not tell is no role: the question throws", async () => {
  at.hub.github.faults.add({
    method: "GET",
    route: "/repos/{owner}/{repo}/collaborators/{username}/permission",
    kind: "500-before",
  });

  await expect(at.port.roleOf(at.target, "ada")).rejects.toMatchObject({ kind: "unavailable" });
});

test("reads an issue as it is, or says that there is none", async () => {
  const number = await newIssue();

  expect(await at.port.readIssue(at.target, number)).toEqual({
    title: "Add X",
    body: "please",
    author: "octo",
    role: "OWNER",
    at: expect.any(String),
  });
  expect(await at.port.readIssue(at.target, 9_999)).toBeNull();
});

test("one comment per marker: made once, found again, edited in place", async () => {
  const issue = await newIssue();
  const put = (body: string, knownId: number | null) =>
    at.port.putComment(at.target, { issue, marker: MARKER, body: `${body}\n\n${MARKER}`, knownId });

  const made = await put("one", null);

  expect(await put("two", null)).toBe(made);
  expect(await put("three", made)).toBe(made);
  expect(await put("four", 999_999)).toBe(made);
  expect(commentsOn(issue)).toEqual([`four\n\n${MARKER}`]);
});

test("a comment whose answer was lost is not made twice", async () => {
  const issue = await newIssue();
  const comment = { issue, marker: MARKER, body: `hello\n\n${MARKER}`, knownId: null };
  at.hub.github.faults.add({
    method: "POST",
    route: "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    kind: "502-after-write",
  });

  await expect(at.port.putComment(at.target, comment)).rejects.toMatchObject({ kind: "unavailable" });
  expect(commentsOn(issue)).toHaveLength(1);

  await at.port.putComment(at.target, comment);
  expect(commentsOn(issue)).toHaveLength(1);
});

test("a comment that was deleted is made anew", async () => {
  const issue = await newIssue();
  const comment = { issue, marker: MARKER, body: MARKER, knownId: null };
  const first = await at.port.putComment(at.target, comment);
  await at.owner(`DELETE /repos/octo/hello/issues/comments/${first}`);

  const second = await at.port.putComment(at.target, { ...comment, knownId: first });

  expect(second).not.toBe(first);
  expect(commentsOn(issue)).toEqual([MARKER]);
});

test("somebody else's comment with our marker is left alone", async () => {
  const issue = await newIssue();
  await at.owner(`POST /repos/octo/hello/issues/${issue}/comments`, { body: `mine ${MARKER}` });

  await at.port.putComment(at.target, { issue, marker: MARKER, body: MARKER, knownId: null });

  expect(commentsOn(issue)).toEqual([`mine ${MARKER}`, MARKER]);
});

test("our comment is found among hundreds", async () => {
  const issue = await newIssue();
  const first = await at.owner(`POST /repos/octo/hello/issues/${issue}/comments`, { body: "talk" });
  const { comments } = at.hub.github.store;
  const talk = comments.get(Number(valueAt(first.body, "id")));
  if (talk === undefined) throw new Error("no comment");
  for (let count = 1; count < 240; count++) comments.set(100_000 + count, { ...talk, id: 100_000 + count });
  const made = await at.port.putComment(at.target, { issue, marker: MARKER, body: MARKER, knownId: null });

  expect(await at.port.putComment(at.target, { issue, marker: MARKER, body: MARKER, knownId: null })).toBe(
    made,
  );
});

test("reacting twice leaves one reaction, and a deleted comment needs none", async () => {
  const issue = await newIssue();
  const said = await at.owner(`POST /repos/octo/hello/issues/${issue}/comments`, { body: "/agentpr run" });
  const id = Number(valueAt(said.body, "id"));

  await at.port.react(at.target, id, "eyes");
  await at.port.react(at.target, id, "eyes");
  await at.port.react(at.target, 999_999, "eyes");

  expect(at.hub.github.store.reactions.size).toBe(1);
});

function view(changes: Partial<CheckRunView> = {}): CheckRunView {
  const shown = { key: sha, name: "agentpr", sha, status: "in_progress", conclusion: null } as const;
  return { ...shown, title: "Working on it", summary: "soon", actions: [], annotations: [], ...changes };
}

function ownChecks() {
  return [...at.hub.github.store.checkRuns.values()].filter((row) => row.name === "agentpr");
}

test("one check run on a commit: made once although the answer was lost, then edited, with its buttons", async () => {
  at.hub.github.faults.add({
    method: "POST",
    route: "/repos/{owner}/{repo}/check-runs",
    kind: "502-after-write",
  });
  await expect(at.port.putCheckRun(at.target, view(), { knownId: null })).rejects.toMatchObject({
    kind: "unavailable",
  });
  const id = await at.port.putCheckRun(at.target, view(), { knownId: null });
  const button = { label: "Request PR", description: "x".repeat(90), identifier: "request_pr" };
  const done = view({
    status: "completed",
    conclusion: "neutral",
    actions: [button],
    summary: "y".repeat(70_000),
  });

  expect(await at.port.putCheckRun(at.target, done, { knownId: id })).toBe(id);
  expect(ownChecks()).toHaveLength(1);
  expect(ownChecks()[0]).toMatchObject({ id, conclusion: "neutral", headSha: sha });
  at.hub.github.clickCheckAction({
    owner: "octo",
    repo: "hello",
    checkRunId: id,
    identifier: "request_pr",
    by: "ada",
  });
  await at.hub.hook("check_run", (payload) => payload.action === "requested_action");
});

test("a pull request is opened once, whatever happens to the answer", async () => {
  const pull = { title: "Add X", body: "because", head: "agentpr/x", base: "main", draft: false };
  at.hub.github.faults.add({
    method: "POST",
    route: "/repos/{owner}/{repo}/pulls",
    kind: "close-after-write",
  });

  await expect(at.port.createPull(at.target, pull)).rejects.toMatchObject({ kind: "unreachable" });
  const opened = await at.port.createPull(at.target, pull);

  expect(opened).toMatchObject({
    ok: true,
    pull: { state: "open", merged: false, headSha: sha, baseBranch: "main" },
  });
  const found = opened.ok ? opened.pull : null;
  expect(await at.port.readPull(at.target, found?.number ?? 0)).toEqual(found);
  expect(await at.port.readPull(at.target, 9_999)).toBeNull();
});

/** The pull request that is open already. */
async function openPull(): Promise<number> {
  const pull = { title: "Add X", body: "because", head: "agentpr/x", base: "main", draft: false };
  const known = await at.port.createPull(at.target, pull);
  return known.ok ? known.pull.number : 0;
}

test.each([
  ["no such base", { head: "agentpr/x", base: "nowhere" }, "invalid"],
  ["no such head", { head: "agentpr/none", base: "main" }, "invalid"],
])("GitHub's refusal comes back as a value: %s", async (_title, branches, kind) => {
  const pull = { title: "Add X", body: "", draft: false, ...branches };

  expect(await at.port.createPull(at.target, pull)).toMatchObject({ ok: false, kind });
});

test("a pull request is closed without a word, and closing it again is harmless", async () => {
  const number = await openPull();
  const ada = at.hub.as(at.hub.github.addUser("ada").token);

  await at.port.closePull(at.target, number);
  await at.port.closePull(at.target, number);

  expect(await at.port.readPull(at.target, number)).toMatchObject({ state: "closed", merged: false });
  await ada(`PATCH /repos/octo/hello/pulls/${number}`, { state: "open" });
});

test("reads reviews with their line comments", async () => {
  const number = await openPull();
  const ada = at.hub.as(at.hub.github.addUser("ada").token);
  await ada(`POST /repos/octo/hello/pulls/${number}/reviews`, {
    event: "REQUEST_CHANGES",
    body: "Please rename it",
    comments: [{ path: "a.txt", line: 1, body: "here" }],
  });

  expect(await at.port.readReviews(at.target, number)).toEqual([
    {
      id: expect.any(Number),
      author: "ada",
      association: "COLLABORATOR",
      authorIsBot: false,
      state: "changes_requested",
      body: "Please rename it",
      commitSha: sha,
      submittedAt: expect.any(String),
      comments: [
        {
          ...{ id: expect.any(Number), path: "a.txt", line: 1, body: "here" },
          ...{ thread: expect.any(Number), lines: { sha, from: 1, to: 1 } },
        },
      ],
    },
  ]);
});

test("a merge is told with who did it", async () => {
  const number = await openPull();
  await at.owner(`PUT /repos/octo/hello/pulls/${number}/merge`, {});

  const merged = await until(async () => {
    const pull = await at.port.readPull(at.target, number);
    return pull?.merged ? pull : null;
  }, "the merge");
  expect(merged).toMatchObject({ state: "closed", merged: true, mergedBy: "octo" });
});

test("knows the app's own identity and addresses for git", async () => {
  const { login, name, email } = await at.port.botIdentity();

  expect({ login, name }).toEqual({ login: "agentpr[bot]", name: "agentpr[bot]" });
  expect(email).toMatch(/^\d+\+agentpr\[bot\]@users\.noreply\./);
  expect(at.port.cloneUrl({ owner: "octo", repo: "hello" })).toBe(`${at.hub.github.url}/octo/hello.git`);
});
