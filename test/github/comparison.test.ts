// What the first implementation got wrong where it touched GitHub, one test each: its fault, then what is true now.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { RepositoryName } from "../../src/core/run.ts";
import { type RunningServer, startAppServer } from "../../src/github/app/server.ts";
import { type Flow, raiseFlow } from "../support/flow.ts";
import {
  becomes,
  branches,
  comment,
  merge,
  ours,
  quiet,
  reactions,
  review,
  setPull,
  setStatus,
  type Talk,
  untilOpened,
} from "../support/flow-talk.ts";
import { runGit } from "../support/git-repository.ts";
import { type ReceiveStand, raiseReceiveStand } from "../support/receive-stand.ts";
import { dribble, send } from "./app/sender.ts";
import { serverOptions, worldOn } from "./app/server-world.ts";

jest.setTimeout(180_000);

type Opened = Talk & { pr: number };
let flow: Flow;
let stand: ReceiveStand;
let server: RunningServer;
/** One lives through everything, one is closed; their packets say what the worker was told. */
let lives: Opened;
let closes: Opened;
const told: Record<string, string[]> = {};

beforeAll(async () => {
  stand = await raiseReceiveStand();
  server = await startAppServer(serverOptions(worldOn(stand.database)));
  flow = await raiseFlow({ requiredChecks: ["ci"] });
  flow.plan.now = ({ runId, attempt, packet }) => {
    told[runId] = [...(told[runId] ?? []), JSON.stringify(packet)];
    return {
      files: { "greeting.txt": `hello ${attempt} of ${runId}\n`, [`new/${runId}/${attempt}.txt`]: "new\n" },
    };
  };
  [lives, closes] = await Promise.all([untilOpened(flow, "one"), untilOpened(flow, "two")]);
});
afterAll(async () => {
  await server.close();
  await flow.stop();
  await stand.stop();
});

const headOf = async (talk: Talk) => (await talk.run()).publishedSha ?? "";

test("two runs of one repository shared a clone and a branch: each has its own", async () => {
  const [one, two] = [await lives.is("CI_WAIT"), await closes.is("CI_WAIT")];

  expect(one.branch).not.toBe(two.branch);
  expect(branches(flow)).toMatchObject({ [one.branch]: one.publishedSha, [two.branch]: two.publishedSha });
});

test("new files were left out of what was pushed: they are in it", async () => {
  const files = runGit(flow.gitDir, "ls-tree", "-r", "--name-only", await headOf(lives));

  expect(files).toContain(`new/${lives.id}/1.txt`);
});

test("success was declared while checks ran: a pending one is waited for", async () => {
  await setStatus(flow, await headOf(lives), "pending");
  await quiet(flow);

  expect((await lives.run()).state).toBe("CI_WAIT");
});

test("a fix was thrown away, for no way led out of ITERATING: it is published on the same pull request", async () => {
  const first = await headOf(lives);
  await setStatus(flow, first, "failure");

  const fixed = await lives.is("CI_WAIT", ({ iterations }) => iterations === 1);

  expect(fixed).toMatchObject({ prNumber: lives.pr, prOpen: true });
  expect(fixed.publishedSha).not.toBe(first);
});

test("the second failure of a pull request was taken for a duplicate: it is answered like the first", async () => {
  await setStatus(flow, await headOf(lives), "failure");

  await lives.is("CI_WAIT", ({ iterations }) => iterations === 2);
});

test("the worker was not told which check had failed: it stands in its packet", () => {
  expect(told[lives.id]?.at(-1)).toContain('"ci"');
});

test("a check event without a list of pull requests found no run: the commit finds it", async () => {
  await setStatus(flow, await headOf(lives), "success");

  await lives.is("REVIEW_WAIT");
});

test("a reviewer's words were dropped: they are in the packet of the attempt that answers them", async () => {
  await review(flow, lives.pr, "REQUEST_CHANGES");

  await lives.is("CI_WAIT", ({ iterations }) => iterations === 3);
  expect(told[lives.id]?.at(-1)).toContain("Say it louder, please.");
});

test("comments on a pull request meant nothing: a command there is carried out", async () => {
  const id = await comment(flow, "wren", lives.pr, "/agentpr status");

  await becomes("the end", async () => (await reactions(flow, id)).includes("rocket"));
  await becomes("the answer", async () => (await ours(flow, lives.pr, "reply")).length === 1);
});

test("a merge left the run waiting for ever: it is done", async () => {
  await setStatus(flow, await headOf(lives), "success");
  await lives.is("REVIEW_WAIT");
  await merge(flow, lives.pr);

  expect(await lives.is("DONE")).toMatchObject({ prOpen: false });
});

test("a closed pull request left the run waiting for ever: it is over, and nothing reopens it", async () => {
  await setPull(flow, closes.pr, "closed");

  expect(await closes.is("FAILED")).toMatchObject({ reason: "pr_closed" });
  expect(await closes.say("/agentpr retry")).toBe("confused");
});

test("a target state skipped the gate: no resume leads into PUSHED without a change, or into DONE", async () => {
  const held = {
    state: "PAUSED",
    pausedFrom: "EXECUTING",
    changeId: null,
    changeSha: null,
    publishedSha: null,
  } as const;
  const ada = { user: { login: "ada", type: "User" } };
  for (const target of ["PUSHED", "CI_WAIT", "DONE"]) {
    const run = await stand.seed(held);
    const { reactions: seen } = await stand.comment(ada, run.request.issue ?? 0, `/agentpr resume ${target}`);
    expect(seen).toContain("confused");
    expect(await stand.run(run.id)).toMatchObject({ state: "PAUSED" });
  }
});

test("a repository written in other letters never heard of its webhooks: its id finds the runs", async () => {
  const run = await stand.seed({ owner: "OCTO", repo: "HELLO" });
  const ada = { user: { login: "ada", type: "User" } };

  expect((await stand.comment(ada, run.request.issue ?? 0, "/agentpr pause")).reactions).toContain("rocket");
  expect(await stand.run(run.id)).toMatchObject({ state: "PAUSED" });
});

test("strangers were answered as often as they liked: they get a reaction and no word", async () => {
  const run = await stand.seed();
  const said = await stand.comment(
    { user: { login: "rita", type: "User" } },
    run.request.issue ?? 0,
    "/agentpr cancel",
  );

  expect(said).toMatchObject({ reactions: ["confused"], answers: [] });
  expect(await stand.run(run.id)).toMatchObject({ state: "PUSHED" });
});

test("the confirmation code stood in messages and logs: on GitHub there is none, and the commit is named by a person", async () => {
  const run = await stand.seed();
  const ada = { user: { login: "ada", type: "User" } };
  const issue = run.request.issue ?? 0;
  const asked = await stand.comment(ada, issue, "/agentpr request-pr");
  const rows = await stand.database.knex("approvals").where({ run_id: run.id }).whereNotNull("code_hash");

  expect(asked.reactions).toContain("rocket");
  expect(rows).toEqual([]);
  expect((await stand.comment(ada, issue, `/agentpr approve ${"f".repeat(12)}`)).reactions).toContain(
    "confused",
  );
  expect((await stand.comment(ada, issue, `/agentpr approve ${run.changeSha}`)).reactions).toContain(
    "rocket",
  );
});

test("any path was taken for a repository: only GitHub's own names are", () => {
  for (const [owner, repo] of [
    ["..", "etc"],
    ["../..", "etc"],
    ["octo", ".."],
    ["-x", "y"],
    ["octo", "a b"],
    ["octo", "a/b"],
  ])
    expect(RepositoryName.safeParse({ owner, repo }).success).toBe(false);
});

test("a negative or endless body held a thread for ever: it is refused before it is read", async () => {
  const answer = await dribble(server.port, { pieces: [], headers: { "content-length": "999999999" } });

  expect(answer).toBe(413);
  expect([400, "cut off"]).toContain(
    await dribble(server.port, { pieces: [], headers: { "content-length": "-1" } }),
  );
});

test("a list in the place of an object was an inner failure: it is refused, and so is what is not signed", async () => {
  expect((await send(server.port, { body: "[1,2]" })).status).toBe(400);
  expect((await send(server.port, { headers: { "x-hub-signature-256": undefined } })).status).toBe(401);
});
