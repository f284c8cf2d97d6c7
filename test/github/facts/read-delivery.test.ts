import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import type { Intake } from "../../../src/core/github-intake.ts";
import { readDelivery } from "../../../src/github/facts/read-delivery.ts";

type Examples = { name: string; examples: Record<string, unknown>[] }[];
const examples: Examples = createRequire(import.meta.url)(
  "@octokit/webhooks-examples/api.github.com/index.json",
);

const OWN = { appId: 77, bots: ["renovate[bot]"] };
const SHA = "0123456789abcdef0123456789abcdef01234567";
const REPOSITORY = { id: 5, name: "hello", owner: { login: "Octo" }, default_branch: "main" };
const FROM = { repository: REPOSITORY, installation: { id: 9 }, sender: { login: "ada", type: "User" } };
const PLACE = { owner: "Octo", repo: "hello", repositoryId: 5, installationId: 9 };

function read(event: string, payload: object): Intake {
  return readDelivery({ event, payload: JSON.stringify({ ...FROM, ...payload }) }, OWN);
}

const OPENED = { author_association: "CONTRIBUTOR", created_at: "2025-12-31T00:00:00Z" };
const ISSUE = { number: 3, title: "Add X", body: "please", user: { login: "bob", type: "User" }, ...OPENED };

function comment(changes: object = {}, action = "created", issue: object = ISSUE): Intake {
  const said = {
    id: 11,
    html_url: "https://github.test/c/11",
    body: "/agentpr run",
    user: { login: "ada", type: "User" },
    created_at: "2026-01-01T00:00:00Z",
    ...changes,
  };
  return read("issue_comment", { action, issue, comment: said });
}

test("all of GitHub's example payloads are read without a throw, and none is misunderstood", () => {
  const all = examples.flatMap(({ name, examples: payloads }) =>
    payloads.map((payload) => ({ name, payload })),
  );
  const notes = all.map(({ name, payload }) => {
    const withInstallation = { installation: { id: 1 }, ...payload };
    return readDelivery({ event: name, payload: JSON.stringify(withInstallation) }, OWN);
  });

  expect(all).toHaveLength(329);
  expect(notes.filter((note) => note.kind === "ignored" && note.why.startsWith("not understood"))).toEqual(
    [],
  );
  expect(new Set(notes.map(({ kind }) => kind))).toEqual(
    new Set(["ignored", "checks", "review", "thread", "pull", "repository", "installation"]),
  );
});

test("a new comment with a command is a command, with the issue as it was", () => {
  expect(comment()).toEqual({
    kind: "command",
    repository: { ...PLACE, defaultBranch: "main", private: false, archived: false },
    issue: 3,
    isPullRequest: false,
    commentId: 11,
    commentUrl: "https://github.test/c/11",
    author: { login: "ada", type: "User" },
    body: "/agentpr run",
    commands: [{ name: "run", args: { positional: [], named: {} }, line: "/agentpr run", problem: null }],
    title: "Add X",
    issueBody: "please",
    issueAuthor: "bob",
    issueRole: "CONTRIBUTOR",
    issueAt: "2025-12-31T00:00:00Z",
    createdAt: "2026-01-01T00:00:00Z",
  });
  expect(
    comment({}, "created", { ...ISSUE, body: null, user: null, pull_request: { url: "x" } }),
  ).toMatchObject({
    isPullRequest: true,
    issueBody: "",
    issueAuthor: null,
  });
});

test.each([
  ["an edited comment", comment({}, "edited")],
  ["a deleted comment", comment({}, "deleted")],
  ["a comment without a command", comment({ body: "nice" })],
  ["a comment without a text", comment({ body: null })],
  ["a bot", comment({ user: { login: "evil[bot]", type: "Bot" } })],
  ["a bot that says it is a user", comment({ user: { login: "evil[bot]", type: "User" } })],
  ["Copilot", comment({ user: { login: "Copilot", type: "Bot" } })],
  ["an organisation", comment({ user: { login: "octo", type: "Organization" } })],
  ["a ghost", comment({ user: null })],
  ["our own app in somebody's name", comment({ performed_via_github_app: { id: 77 } })],
])("%s commands nothing", (_title, intake) => expect(intake).toMatchObject({ kind: "ignored" }));

test("a bot that is listed may command", () => {
  expect(comment({ user: { login: "Renovate[bot]", type: "Bot" } })).toMatchObject({ kind: "command" });
});

const RUN = { id: 21, head_sha: SHA, app: { id: 77 } };

test.each<[string, Intake, object]>([
  [
    "a button of ours",
    read("check_run", {
      action: "requested_action",
      check_run: RUN,
      requested_action: { identifier: "request_pr" },
    }),
    {
      kind: "button",
      repository: PLACE,
      checkRunId: 21,
      identifier: "request_pr",
      sha: SHA,
      by: FROM.sender,
    },
  ],
  [
    "a button pressed by a bot",
    read("check_run", {
      action: "requested_action",
      check_run: RUN,
      requested_action: { identifier: "request_pr" },
      sender: { login: "x[bot]", type: "Bot" },
    }),
    { kind: "ignored" },
  ],
  [
    "another app's button",
    read("check_run", {
      action: "requested_action",
      check_run: { ...RUN, app: { id: 1 } },
      requested_action: { identifier: "request_pr" },
    }),
    { kind: "ignored" },
  ],
  [
    "our own check run, asked for again",
    read("check_run", { action: "rerequested", check_run: RUN }),
    { kind: "checks", ended: true, again: true },
  ],
  ["our own check run", read("check_run", { action: "completed", check_run: RUN }), { kind: "ignored" }],
  [
    "another's check run",
    read("check_run", { action: "completed", check_run: { ...RUN, app: { id: 1 } } }),
    { kind: "checks", repository: PLACE, sha: SHA },
  ],
  ["a check run that began", read("check_run", { action: "created", check_run: RUN }), { kind: "ignored" }],
  [
    "another's check suite",
    read("check_suite", { action: "completed", check_suite: { head_sha: SHA, app: { id: 1 } } }),
    { kind: "checks", sha: SHA },
  ],
  ["a status", read("status", { sha: SHA, state: "success" }), { kind: "checks", sha: SHA, ended: true }],
  [
    "a workflow that runs again",
    read("workflow_run", { action: "requested", workflow_run: { head_sha: SHA } }),
    { kind: "checks", sha: SHA, ended: false },
  ],
])("%s", (_title, intake, expected) => expect(intake).toMatchObject(expected));

const PULL = {
  number: 4,
  merged: true,
  merged_by: { login: "ada", type: "User" },
  updated_at: "2026-01-01T00:00:00Z",
  head: { sha: SHA, ref: "agentpr/x", repo: { id: 5 } },
  base: { ref: "main" },
};

test("a merge names who did it", () => {
  expect(read("pull_request", { action: "closed", pull_request: PULL })).toEqual({
    kind: "pull",
    action: "closed",
    repository: PLACE,
    pr: 4,
    headSha: SHA,
    headBranch: "agentpr/x",
    headRepositoryId: 5,
    baseBranch: "main",
    merged: true,
    mergedBy: "ada",
    by: "ada",
    updatedAt: "2026-01-01T00:00:00Z",
  });
});

test("a submitted review is read, a dismissed one is not", () => {
  const review = {
    id: 8,
    user: { login: "ada", type: "User" },
    body: null,
    state: "CHANGES_REQUESTED",
    commit_id: SHA,
    submitted_at: "2026-01-01T00:00:00Z",
  };

  expect(
    read("pull_request_review", { action: "submitted", pull_request: { number: 4 }, review }),
  ).toMatchObject({
    kind: "review",
    pr: 4,
    review: { id: 8, author: "ada", authorIsBot: false, state: "changes_requested", body: "", sha: SHA },
  });
  expect(
    read("pull_request_review", { action: "dismissed", pull_request: { number: 4 }, review }),
  ).toMatchObject({
    kind: "ignored",
  });
});

test.each([
  [
    "renamed",
    read("repository", { action: "renamed" }),
    { kind: "repository", action: "renamed", repository: PLACE },
  ],
  [
    "suspended",
    read("installation", { action: "suspend", installation: { id: 9, account: { login: "Octo" } } }),
    { kind: "installation", action: "suspend", installationId: 9, account: "Octo", repositories: [] },
  ],
  [
    "taken out",
    read("installation_repositories", {
      action: "removed",
      repositories_removed: [{ id: 5, full_name: "Octo/hello" }],
    }),
    {
      kind: "installation",
      action: "removed",
      repositories: [{ repositoryId: 5, owner: "Octo", repo: "hello" }],
    },
  ],
])("a repository that was %s", (_title, intake, expected) => expect(intake).toMatchObject(expected));

test.each([
  ["no JSON", "{", "the payload is not a JSON object"],
  ["a list", "[]", "the payload is not a JSON object"],
  ["a null", "null", "the payload is not a JSON object"],
  ["no installation", JSON.stringify({ action: "created" }), "it comes from no installation of the app"],
])("%s is ignored with the reason", (_title, payload, why) => {
  expect(readDelivery({ event: "issue_comment", payload }, OWN)).toEqual({ kind: "ignored", why });
});

test("what does not have GitHub's form is ignored with what is wrong", () => {
  expect(read("status", { sha: "short" })).toMatchObject({
    kind: "ignored",
    why: expect.stringContaining("sha"),
  });
  expect(read("constructor", {})).toEqual({ kind: "ignored", why: "nobody handles constructor" });
});
