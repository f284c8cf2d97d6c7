import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { EventType } from "../../src/core/event.ts";
import type { JobKind } from "../../src/core/job.ts";
import type { Run } from "../../src/core/run.ts";
import { listNotices } from "../../src/database/notices.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { createClient } from "../../src/github/client/client.ts";
import { type Flow, OWNER, POLICY, REPO, raiseFlow } from "../support/flow.ts";
import { becomes, push, quiet, talkOf } from "../support/flow-talk.ts";
import { writeFiles } from "../support/git-repository.ts";
import { installationOf, loseNews, type Opened, openedRun } from "../support/missed-news.ts";

jest.setTimeout(120_000);

/** Checks of pull requests on main run; those on another base have nothing but what somebody reports. */
const WORKFLOW = `on: { pull_request: { branches: [main] } }
jobs: { test: { runs-on: ubuntu-latest, steps: [{ run: "test ! -e red.txt" }] } }
`;
const NOBODY = "http://127.0.0.1:1/";

/** failed: GitHub could not deliver the news, and knows it. lost: nobody knows of it. */
type Way = "failed" | "lost";

type Row = {
  what: string;
  /** What people do while the app is down. */
  act: (opened: Opened) => Promise<unknown>;
  /** What the run is told of it, or its operator; and what it is in the end. */
  tells: EventType | RegExp;
  ends?: Partial<Run>;
  ways?: readonly Way[];
  base?: string;
  files?: Record<string, string>;
  more?: Partial<Run>;
};

let flow: Flow;
const { ada, grace } = { ada: () => flow.people.ada, grace: () => flow.people.grace };
const at = ({ owner, repo }: Opened) => `/repos/${owner}/${repo}`;
const nothing = () => Promise.resolve();
const status = (state: string) => (opened: Opened) =>
  ada().post(`${at(opened)}/statuses/${opened.sha}`, { state, context: "ci" });
const setPull = (state: string) => (opened: Opened) =>
  ada().patch(`${at(opened)}/pulls/${opened.pr}`, { state });
const merge = (opened: Opened) => ada().put(`${at(opened)}/pulls/${opened.pr}/merge`, {});
const say = (body: string) => (opened: Opened) =>
  ada().post(`${at(opened)}/issues/${opened.pr}/comments`, { body });
const review = (event: string) => (opened: Opened) =>
  grace().post(`${at(opened)}/pulls/${opened.pr}/reviews`, {
    ...{ event, body: "Look at this.", commit_id: opened.sha },
    comments: [1, 2].map((line) => ({ path: `${opened.branch}.txt`, line, side: "RIGHT", body: "Why?" })),
  });

/** What happens to the pull request of a run, and is in GitHub's truth for whoever looks. */
const OF_PULLS: readonly Row[] = [
  { what: "a review with conversations", act: review("REQUEST_CHANGES"), tells: "feedback.received" },
  { what: "an approval", act: review("APPROVE"), tells: "feedback.approved" },
  {
    what: "checks that went red",
    act: nothing,
    tells: "checks.failed",
    files: { "red.txt": "" },
    base: "main",
  },
  { what: "checks that went green", act: nothing, tells: "checks.passed", base: "main" },
  { what: "a status that went red", act: status("failure"), tells: "checks.failed" },
  { what: "a status that is an error", act: status("error"), tells: "checks.failed", ways: ["failed"] },
  { what: "a status that went green", act: status("success"), tells: "checks.passed" },
  { what: "closing", act: setPull("closed"), tells: "pr.closed", ends: { state: "FAILED", prOpen: false } },
  { what: "merging", act: merge, tells: "pr.merged", ends: { state: "DONE", prOpen: false } },
];

const OF_DIRECT: readonly Row[] = [
  ...OF_PULLS,
  { what: "a push to its branch", act: pushByHand, tells: "run.escalated", ends: { state: "NEEDS_HUMAN" } },
  {
    what: "opening it again",
    act: async (opened) => [await setPull("closed")(opened), await setPull("open")(opened)],
    ...{ tells: "pr.reopened", ends: { prOpen: true }, ways: ["failed"] },
    more: { state: "FAILED", prOpen: false, reason: "pr_closed" },
  },
  { what: "a command", act: say("/agentpr cancel"), tells: "human.cancelled", ways: ["failed"] },
];

const OF_FORKS: readonly Row[] = [
  ...OF_PULLS.filter(({ base }) => base === undefined),
  { what: "an objection", act: say("Stop, please."), tells: "run.paused", ends: { state: "PAUSED" } },
  {
    what: "a label that objects",
    act: (opened) => ada().post(`${at(opened)}/issues/${opened.pr}/labels`, { labels: ["do-not-merge"] }),
    ...{ tells: "run.paused", ends: { reason: "the pull request is labelled do-not-merge" } },
  },
];

const patch = (change: object) => (opened: Opened) => ada().patch(at(opened), change);
const PAUSED: Partial<Run> = { state: "PAUSED" };

/** What happens to a whole repository, each with an account of its own. */
const OF_REPOSITORIES: readonly Row[] = [
  { what: "archiving", act: patch({ archived: true }), tells: "run.paused", ends: PAUSED },
  {
    what: "renaming",
    act: async (opened) => [await patch({ name: "renamed" })(opened), await review("APPROVE")(opened)],
    ...{ tells: "feedback.approved", ends: { repo: "renamed" } },
  },
  {
    what: "making it private",
    act: patch({ private: true }),
    ...{ tells: "run.paused", ends: PAUSED, ways: ["failed"] },
  },
  {
    what: "unarchiving",
    act: async (opened) => [
      await patch({ archived: true })(opened),
      await patch({ archived: false })(opened),
    ],
    ...{ tells: /was unarchived.*go on with/, ends: PAUSED, ways: ["failed"], more: PAUSED },
  },
  {
    what: "letting the app in again",
    act: async ({ owner }) => [flow.github.suspend(owner, true), flow.github.suspend(owner, false)],
    ...{ tells: /within the app's reach again.*go on with/, ends: PAUSED, ways: ["failed"], more: PAUSED },
  },
  { what: "deleting", act: remove, tells: "run.paused", ends: PAUSED },
  {
    what: "transferring",
    act: (opened) => ada().post(`${at(opened)}/transfer`, { new_owner: "elsewhere" }),
    ...{ tells: "run.paused", ends: PAUSED },
  },
  {
    what: "suspending",
    act: async ({ owner }) => flow.github.suspend(owner, true),
    tells: "run.paused",
    ends: PAUSED,
  },
  { what: "uninstalling", act: uninstall, tells: "run.paused", ends: PAUSED },
  {
    what: "taking it out",
    act: async ({ owner }) => flow.github.install(owner, { repositories: [] }),
    ...{ tells: "run.paused", ends: PAUSED },
  },
];

type Case = Row & { mode: Run["mode"]; way: Way; key: string; own: boolean };

function cases(rows: readonly Row[], mode: Run["mode"], own: boolean): Case[] {
  return rows.flatMap((row) =>
    (mode === "fork" ? ["lost" as const] : (row.ways ?? ["failed", "lost"])).map((way) => {
      const key = `${mode}-${row.what.replaceAll(" ", "-")}-${way}`;
      return { ...row, mode, way, key, own };
    }),
  );
}

const CASES = [
  ...cases(OF_DIRECT, "direct", false),
  ...cases(OF_FORKS, "fork", false),
  ...cases(OF_REPOSITORIES, "direct", true),
  ...cases(
    OF_REPOSITORIES.filter(({ what }) => ["archiving", "renaming"].includes(what)),
    "fork",
    true,
  ),
];

async function pushByHand({ branch }: Opened): Promise<void> {
  await push(flow, { branch, files: { "by-hand.txt": "mine\n" } });
}

async function remove(opened: Opened): Promise<void> {
  const headers = { authorization: `token ${flow.tokens.ada}` };
  await fetch(`${flow.github.apiUrl}${at(opened)}`, { method: "DELETE", headers });
}

async function uninstall({ owner }: Opened): Promise<void> {
  const { app, apiUrl, url } = flow.github;
  const client = createClient({ appId: app.id, ...app, apiUrl, url, log: flow.world.log, throttled: false });
  const route = "DELETE /app/installations/{installation_id}";
  await client.app.request(route, { installation_id: installationOf(flow, owner) ?? 0 });
}

async function placeFor({ mode, own, key, base = "quiet" }: Case) {
  if (mode === "fork" && !own) return { owner: "afar", repo: "project", base: "main" };
  if (!own) return { owner: OWNER, repo: REPO, base };
  flow.github.addUser(key, { type: "Organization" });
  await flow.github.addRepository({
    owner: key,
    name: key,
    from: seed(),
    collaborators: MAINTAINERS,
  });
  if (mode === "fork") await flow.people.olga.post(`/repos/${key}/${key}/forks`, {});
  else flow.github.install(key);
  return { owner: key, repo: key, base: "main" };
}

const MAINTAINERS = { ada: "admin", grace: "maintain" } as const;
/** Without any workflow. */
const seed = () => `${flow.dir}/plain`;

const opened = new Map<string, Opened>();

/** Everything of one way, from the opening of the pull request on. */
async function miss(way: Way): Promise<void> {
  await Promise.all(CASES.filter((row) => row.way === way).map(happen));
  const { workflowRuns } = flow.github.store;
  await becomes("the end of all checks", async () =>
    [...workflowRuns.values()].every(({ status: now }) => now === "completed"),
  );
}

async function happen(one: Case): Promise<void> {
  const { mode, files = {}, more = {}, key, act } = one;
  const run = await openedRun(flow, { ...(await placeFor(one)), mode, files, more }, key);
  opened.set(key, run);
  await act(run);
}

/** What an app asks for when it starts, and by the clock. */
async function comeRound(...kinds: JobKind[]): Promise<void> {
  for (const kind of kinds)
    await flow.world.database.transaction((trx) =>
      enqueue(flow.world, trx, { kind, runId: null, payload: {}, key: kind, once: "queued" }),
    );
  await quiet(flow);
}

beforeAll(async () => {
  flow = await raiseFlow({
    ...{ mode: "both", hasCi: true, files: { ".github/workflows/ci.yml": WORKFLOW } },
    // No attempt is made here: whatever asks for one asks a person.
    policy: { ...POLICY, max_iterations: 1 },
  });
  writeFiles(seed(), { "README.md": "# plain\n" });
  for (const owner of ["afar", "elsewhere"]) flow.github.addUser(owner, { type: "Organization" });
  await flow.github.addRepository({
    owner: "afar",
    name: "project",
    from: seed(),
    collaborators: MAINTAINERS,
  });
  await flow.people.olga.post("/repos/afar/project/forks", {});
  await comeRound("heal");
  flow.github.deliverTo(NOBODY);
  await push(flow, { branch: "main", to: "quiet", files: { "quiet.txt": "\n" } });
  await miss("failed");
  const end = loseNews(flow);
  await miss("lost");
  end();

  flow.github.deliverTo(flow.webhookUrl);
  flow.passTime(3_600_000);
});
afterAll(() => flow.stop());

const named = (way: Way) =>
  CASES.filter((row) => row.way === way).map((row) => [row.mode, row.what, row] as const);

/** Waits until the run or its operator was told. */
async function isTold({ key, tells, ends = {} }: Case): Promise<void> {
  const talk = talkOf(flow, `run_${key}`, 0);
  const isSaid = async () => {
    if (typeof tells === "string") return (await talk.story()).includes(tells);
    const notices = await listNotices(flow.world.database.knex, talk.id);
    return notices.some(({ text }) => tells.test(text));
  };
  await becomes(key, isSaid).catch(async (error: Error) => {
    throw new Error(`${error.message}: ${(await talk.story()).join(", ")}`, { cause: error });
  });
  expect(await talk.run()).toMatchObject(ends);
}

const healed = once(() => comeRound("heal"));

test.each(named("failed"))(
  "in %s mode %s that could not be delivered is delivered again",
  async (_mode, _what, row) => {
    await healed();
    await isTold(row);
  },
);

const looked = once(() => comeRound("patrol", "poll"));

test.each(named("lost"))(
  "in %s mode %s that nobody knows of is seen by looking",
  async (_mode, _what, row) => {
    await looked();
    await isTold(row);
  },
);

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

test("whoever looks again finds nothing new", async () => {
  const stories = () => Promise.all([...opened.values()].map(({ run }) => talkOf(flow, run.id, 0).story()));
  await quiet(flow);
  const before = await stories();

  await comeRound("heal", "patrol", "poll");

  expect(await stories()).toEqual(before);
});
