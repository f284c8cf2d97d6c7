import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import type { Fault } from "../../../demo/github/faults.ts";
import type { WorkflowRun } from "../../../demo/github/store/checks.ts";
import { PROJECT_ROOT } from "../../../src/config/settings.ts";
import { until, valueAt } from "../../support/openapi-local-github.ts";
import { type Installed, installed } from "./installed.ts";

jest.setTimeout(60_000);

let at: Installed;
let sha: string;
let issue: number;
let comment: number;
let node: string;
let offered: { number: number; thread: number };

/** It always fails, and only on the one branch. */
const WORKFLOW = `on: { push: { branches: [red] } }
jobs: { test: { runs-on: ubuntu-latest, steps: [{ run: "exit 1" }] } }
`;

beforeAll(async () => {
  at = await installed({}, { files: { ".github/workflows/ci.yml": WORKFLOW } });
  sha = await at.push("agentpr/x", { "a.txt": "a\n" });
  const opened = await at.owner("POST /repos/octo/hello/issues", { title: "Add X", body: "please" });
  issue = Number(valueAt(opened.body, "number"));
  const said = await at.owner(`POST /repos/octo/hello/issues/${issue}/comments`, { body: "hello" });
  comment = Number(valueAt(said.body, "id"));
  offered = await conversation();
  node = (await readThread())?.node ?? "";
  await at.push("red", { "c.txt": "c\n" });
  await untilRed();
});

/** The workflow run of the red branch, when all its jobs have ended. */
function untilRed(): Promise<WorkflowRun> {
  return until(
    () => [...store().workflowRuns.values()].find(({ status }) => status === "completed"),
    "the end of the workflow run",
  );
}

/** As a sync does that finds the run failed: it sees only runs that have ended. */
async function runAgain(): Promise<boolean> {
  const run = await untilRed();
  const { checks } = await at.port.readChecks(at.target, run.headSha, "main");
  expect(checks).toMatchObject([{ name: "test", state: "failed" }]);
  return at.port.rerunFailed(at.target, checks);
}

/** Somebody's pull request with one line commented on. */
async function conversation(): Promise<{ number: number; thread: number }> {
  const head = await at.push("topic", { "b.txt": "b\n" });
  const pull = { title: "Mine", head: "topic", base: "main" };
  const { body } = await at.owner("POST /repos/octo/hello/pulls", pull);
  const number = Number(valueAt(body, "number"));
  const line = { commit_id: head, path: "b.txt", line: 1, side: "RIGHT", body: "Why?" };
  const said = await at.owner(`POST /repos/octo/hello/pulls/${number}/comments`, line);
  return { number, thread: Number(valueAt(said.body, "id")) };
}

/** What the job does that answers: it looks for its own marker, and settles what it has answered. */
async function answer(): Promise<void> {
  const thread = await readThread();
  const isThere = thread?.comments?.some(({ own, body }) => own && body.includes(REPLY.body)) ?? false;
  if (!isThere)
    await at.port.replyInThread(at.target, { pull: offered.number, ...REPLY, thread: offered.thread });
}

async function readThread() {
  const threads = await at.port.readThreads(at.target, offered.number);
  return threads.find(({ first }) => first === offered.thread);
}

const REPLY = { body: "<!-- agentpr:thread:run_1/1/1 -->" };
beforeEach(() => at.hub.github.faults.clear());
afterAll(async () => {
  await at.hub.stop();
  expect(at.hub.problems).toEqual([]);
});

const POSTED = {
  marker: "<!-- agentpr:sticky:run_1 -->",
  body: "<!-- agentpr:sticky:run_1 -->",
  knownId: null,
};

function check() {
  const shown = { key: sha, name: "agentpr", sha, status: "in_progress", conclusion: null } as const;
  return { ...shown, title: "t", summary: "s", actions: [], annotations: [] };
}

const PULL = { title: "Add X", body: "because", head: "agentpr/x", base: "main", draft: false };

type Kind = {
  route: string;
  /** Does it; `again` when the answer to a first try may have been lost. */
  act: (again: boolean) => Promise<unknown>;
  made: () => number;
  /** It looks itself what came of it when the answer was lost. */
  looks?: true;
};

const store = () => at.hub.github.store;

/** Every POST that leaves something behind. */
const POSTS: Record<string, Kind> = {
  comment: {
    route: "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    act: (again) => at.port.putComment(at.target, { issue, ...POSTED, isNew: !again }),
    made: () => [...store().comments.values()].filter(({ body }) => body.includes("agentpr:sticky")).length,
  },
  "check run": {
    route: "/repos/{owner}/{repo}/check-runs",
    act: (again) => at.port.putCheckRun(at.target, check(), { knownId: null, isNew: !again }),
    made: () => [...store().checkRuns.values()].filter(({ name }) => name === "agentpr").length,
  },
  reaction: {
    route: "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    act: () => at.port.react(at.target, comment, "eyes"),
    made: () => store().reactions.size,
  },
  "pull request": {
    route: "/repos/{owner}/{repo}/pulls",
    act: () => at.port.createPull(at.target, PULL),
    made: () =>
      [...store().issues.values()].filter(({ pull, title }) => pull !== null && title === PULL.title).length,
  },
  label: {
    route: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
    act: () => at.port.labelPull(at.target, offered.number, ["bot"]),
    made: () =>
      [...store().issues.values()].find(({ number }) => number === offered.number)?.labels.length ?? 0,
  },
  "reply in a conversation": {
    route: "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies",
    act: answer,
    made: () => [...store().reviewComments.values()].filter(({ body }) => body === REPLY.body).length,
  },
  "conversation's settling": {
    route: "/graphql",
    act: () => at.port.resolveThread(at.target, node),
    made: () => [...store().reviewComments.values()].filter(({ resolvedBy }) => resolvedBy !== null).length,
  },
  "second run of what failed": {
    route: "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs",
    act: runAgain,
    made: () =>
      [...store().workflowRuns.values()].reduce((most, { attempt }) => Math.max(most, attempt), 0) - 1,
    looks: true,
  },
};

const LOST: Extract<Fault, { method: string }>["kind"][] = ["502-after-write", "close-after-write"];

test.each(Object.keys(POSTS).flatMap((what) => LOST.map((kind) => [what, kind] as const)))(
  "a %s whose answer was lost (%s) is not sent again blindly, and is made once",
  async (what, kind) => {
    const { route, act, made, looks = false } = POSTS[what] as Kind;
    const before = made();
    const posts = () =>
      at.hub.github.calls().filter(({ method, template }) => method === "POST" && template === route).length;
    const sent = posts();
    at.hub.github.faults.add({ method: "POST", route, kind: kind as "502-after-write" });

    // The second kind of loss finds what the first has left: nothing is posted then, and nothing fails.
    const first = await act(before > 0).then(
      () => "done",
      () => "lost",
    );
    const tried = posts() - sent;
    at.hub.github.faults.clear();
    await act(true);
    await act(true);

    expect(tried).toBeLessThanOrEqual(1);
    expect(first).toBe(tried === 1 && !looks ? "lost" : "done");
    expect(made()).toBe(1);
  },
);

test("tokens that were minted for a lost answer are minted anew: nothing else knows of them", async () => {
  at.hub.github.faults.add({
    method: "POST",
    route: "/app/installations/{installation_id}/access_tokens",
    kind: "502-after-write",
  });

  await expect(at.port.mintReadToken(at.target)).rejects.toMatchObject({ kind: "unavailable" });
  const { token, revoke } = await at.port.mintReadToken(at.target);
  await revoke();

  expect(token).not.toBe("");
});

test("what failed is run again once, also where the answer and the look after it were lost", async () => {
  const sha = await at.push("red", { "d.txt": "d\n" });
  const run = await until(
    () =>
      [...store().workflowRuns.values()].find(
        ({ headSha, status }) => headSha === sha && status === "completed",
      ),
    "the end of its workflow run",
  );
  const { checks } = await at.port.readChecks(at.target, sha, "main");
  const [route, look] = [
    POSTS["second run of what failed"]?.route ?? "",
    "/repos/{owner}/{repo}/actions/runs/{run_id}",
  ];
  at.hub.github.faults.add({ method: "POST", route, kind: "close-after-write" });
  at.hub.github.faults.add({ method: "GET", route: look, kind: "delay", ms: 1 });
  at.hub.github.faults.add({ method: "GET", route: look, kind: "500-before" });

  const lost = at.port.rerunFailed(at.target, checks);
  await expect(lost).rejects.toMatchObject({ kind: "unreachable" });
  at.hub.github.faults.clear();
  await until(() => run.attempt === 2 && run.status === "completed", "the end of the second attempt");
  const again = await at.port.rerunFailed(at.target, checks);

  expect({ again, attempt: run.attempt }).toEqual({ again: false, attempt: 2 });
});

/** Where it is proven of the others that nothing is there twice. */
const ELSEWHERE: Record<string, string> = {
  "/app/installations/{installation_id}/access_tokens": "above: a lost token is nobody's",
  "/app/hook/deliveries/{delivery_id}/attempts": "test/flow/recovered.test.ts: a GUID is taken in once",
  "/repos/{owner}/{repo}/forks": "test/github/fork/lost-answers.test.ts",
  "/repos/{owner}/{repo}/merge-upstream": "test/github/fork/lost-answers.test.ts",
};

test("of every POST that the app makes it is proven that a lost answer leaves nothing twice", () => {
  const folder = join(PROJECT_ROOT, "src/github");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const routes = files.flatMap((name) => [
    ...readFileSync(join(folder, name), "utf8").matchAll(/"POST (\/[^"]+)"/g),
  ]);
  const proven = new Set([...Object.values(POSTS).map(({ route }) => route), ...Object.keys(ELSEWHERE)]);

  const unproven = routes.map(([, route = ""]) => route).filter((route) => !proven.has(route));

  expect(routes.length).toBeGreaterThan(10);
  expect(unproven).toEqual([]);
});
