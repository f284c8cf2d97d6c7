import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { clone, gitIn, remoteOf } from "../demo/github/git-client.ts";
import { type Flow, OWNER, REPO, raiseFlow } from "../support/flow.ts";
import {
  approveByCode,
  becomes,
  branches,
  isPublished,
  push,
  quiet,
  setStatus,
  type Talk,
  untilOpened,
  untilPushed,
} from "../support/flow-talk.ts";
import { runGit } from "../support/git-repository.ts";

jest.setTimeout(120_000);
const POEM = Array.from({ length: 12 }, (_, line) => `line ${line + 1}`);
let flow: Flow;
let specs: AttemptSpec[] = [];
beforeAll(async () => {
  const files = { "poem.txt": poem({}) };
  flow = await raiseFlow({ requiredChecks: ["ci"], upToDate: true, files });
});
afterEach(() => {
  specs = [];
});
afterAll(() => flow.stop());

/** The poem with some of its lines written anew. */
function poem(lines: Readonly<Record<number, string>>): string {
  return `${POEM.map((text, at) => lines[at + 1] ?? text).join("\n")}\n`;
}

/** What attempts write; also keeps what each of them was told. */
function writes(files: Record<string, string>): void {
  flow.plan.now = (spec) => {
    specs.push(spec);
    return { files };
  };
}

/** As the patrol does, for GitHub tells nobody that a base has moved. */
async function look({ id: runId }: Talk): Promise<void> {
  const request = { kind: "sync", runId, payload: {}, key: `sync:${runId}`, once: "queued" } as const;
  await flow.world.database.transaction((trx) => enqueue(flow.world, trx, request));
}

function parentsOf(sha: string | null): string[] {
  return runGit(flow.gitDir, "log", "-1", "--format=%P", sha ?? "").split(" ");
}

async function putBack(branch: string, sha: string): Promise<void> {
  const work = await clone(flow.dir, remoteOf(flow.github.url, `${OWNER}/${REPO}`, flow.tokens.ada), "back");
  await gitIn(work, "push", "--quiet", "--force", "origin", `${sha}:refs/heads/${branch}`);
}

function show(sha: string | null, path: string): string {
  return `${runGit(flow.gitDir, "show", `${sha}:${path}`)}\n`;
}

test("before there is a pull request, the change is made anew on the moved base, without Codex", async () => {
  writes({ "poem.txt": poem({ 2: "ours" }) });
  const talk = await untilPushed(flow);
  const first = await talk.run();
  const main = await push(flow, { branch: "main", files: { "poem.txt": poem({ 11: "theirs" }) } });

  expect(await talk.say("/agentpr request-pr")).toBe("confused");

  const again = await talk.is("PUSHED", (run) => run.changeSha !== first.changeSha && isPublished(run));
  expect(parentsOf(again.changeSha)).toEqual([main]);
  expect(show(again.changeSha, "poem.txt")).toBe(poem({ 2: "ours", 11: "theirs" }));
  expect(specs.at(-1)?.rebase).toMatchObject({ how: "remake", codex: false });
  await approveByCode(flow, talk);
  await talk.is("CI_WAIT");
  await talk.say("/agentpr cancel");
  await talk.is("FAILED");
});

test("under review the base is merged into the branch: by git alone where that works, by Codex where it conflicts", async () => {
  const now = show("main", "poem.txt");
  writes({ "poem.txt": now.replace("line 5", "ours") });
  const talk = await untilOpened(flow);
  const first = await talk.is("CI_WAIT");
  const apart = await push(flow, { branch: "main", files: { "other.txt": "theirs\n" } });

  await look(talk);
  await quiet(flow);
  expect(await talk.run()).toMatchObject({ state: "CI_WAIT", publishedSha: first.publishedSha });
  await setStatus(flow, first.publishedSha ?? "", "success");
  const merged = await talk.is("CI_WAIT", ({ publishedSha }) => publishedSha !== first.publishedSha);

  expect(parentsOf(merged.publishedSha)).toEqual([first.publishedSha, apart]);
  expect(specs.at(-1)?.rebase).toMatchObject({ how: "merge", codex: false });
  expect(show(merged.publishedSha, "other.txt")).toBe("theirs\n");

  const theirs = await push(flow, { branch: "main", files: { "poem.txt": now.replace("line 5", "THEIRS") } });
  writes({ "poem.txt": now.replace("line 5", "ours and THEIRS") });
  await look(talk);
  const settled = await talk.is("CI_WAIT", ({ publishedSha }) => publishedSha !== merged.publishedSha);

  expect(specs.at(-1)?.rebase).toMatchObject({ how: "merge" });
  expect(parentsOf(settled.publishedSha)).toEqual([merged.publishedSha, theirs]);
  expect(show(settled.publishedSha, "poem.txt")).toContain("ours and THEIRS");
  expect(branches(flow)[settled.branch]).toBe(settled.publishedSha);
  const report = await flow.world.database
    .knex("attempts")
    .where({ run_id: talk.id })
    .orderBy("started_at", "desc")
    .first("report");
  expect(JSON.parse(String(report?.report)).evidence.rebase).toEqual({
    how: "merge",
    codex: true,
    conflicts: ["poem.txt"],
    unresolved: [],
  });

  // And a fix after that goes on from the merge.
  writes({ "poem.txt": now.replace("line 5", "ours, and THEIRS") });
  await setStatus(flow, settled.publishedSha ?? "", "failure");
  const fixed = await talk.is("CI_WAIT", ({ publishedSha }) => publishedSha !== settled.publishedSha);
  expect(parentsOf(fixed.publishedSha)).toEqual([settled.publishedSha]);

  // Put back to what we once published: by a person, after more than GitHub's lag.
  await flow.world.database.knex("journal").update({ at: flow.world.database.knex.raw("at - 3600000") });
  await putBack(fixed.branch, settled.publishedSha ?? "");
  const stopped = await talk.is("NEEDS_HUMAN");
  expect(stopped.reason).toContain("put it back to");
  expect(branches(flow)[fixed.branch]).toBe(settled.publishedSha);
});

test("marks of a conflict that are left behind are not published", async () => {
  const now = show("main", "poem.txt");
  writes({ "poem.txt": now.replace("line 8", "ours") });
  const talk = await untilOpened(flow);
  const { publishedSha } = await talk.is("CI_WAIT");
  await push(flow, { branch: "main", files: { "poem.txt": now.replace("line 8", "THEIRS") } });
  writes({});

  await look(talk);
  const stuck = await talk.is("NEEDS_HUMAN");

  expect(stuck.reason).toContain("did not pass");
  expect(stuck.publishedSha).toBe(publishedSha);
  expect(specs.length).toBeGreaterThan(1);
  expect(specs.at(-1)?.rebase).toMatchObject({ codex: true });
});

test("a branch that somebody made their own before the pull request is not overwritten", async () => {
  writes({ "mine.txt": "mine\n" });
  const talk = await untilPushed(flow);
  const { branch } = await talk.run();
  const theirs = await push(flow, { branch, files: { "by-hand.txt": "theirs\n" } });

  expect(await talk.say("/agentpr request-pr")).toBe("confused");

  const stopped = await talk.is("NEEDS_HUMAN");
  expect(stopped).toMatchObject({ prNumber: null });
  expect(stopped.reason).toContain("nothing of theirs is overwritten");
  expect(branches(flow)[branch]).toBe(theirs);
  await becomes("an end", async () => (await talk.run()).state === "NEEDS_HUMAN");
});
