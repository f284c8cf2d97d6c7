import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Exchange } from "../../demo/github/http/exchange.ts";
import { readCalls } from "../../src/database/api-calls.ts";
import { type Flow, OWNER, REPO, raiseFlow } from "../support/flow.ts";
import { ask, becomes, isPublished, merge, ours, quiet, review, setStatus } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  // As on a real one, the check is there before the head is old enough to be believed.
  flow = await raiseFlow({ requiredChecks: ["ci"], policy: { ci_settle_sec: 2 } });
  flow.plan.now = ({ attempt }) => ({
    files: { "greeting.txt": `hello ${attempt}\n` },
    until: async () => void (await becomes("the comment that it has begun", begun)),
  });
});
afterAll(() => flow.stop());

async function begun() {
  return (await ours(flow, 1, "sticky"))[0];
}

async function press(sha: string, identifier: string) {
  const check = await becomes(`the button ${identifier}`, async () =>
    [...flow.github.store.checkRuns.values()].find(
      (row) => row.headSha === sha && row.actions.some((action) => action.identifier === identifier),
    ),
  );
  flow.github.clickCheckAction({ owner: OWNER, repo: REPO, checkRunId: check.id, identifier, by: "ada" });
}

/** From an issue to a merged pull request, with nothing on the way but what must be. */
async function uneventful(): Promise<void> {
  const talk = await ask(flow);
  await talk.is("PUSHED", isPublished);
  await quiet(flow);
  const sha = (await talk.run()).changeSha ?? "";
  await press(sha, "request_pr");
  await press(sha, "approve_pr");
  const { prNumber } = await talk.is("CI_WAIT");
  await setStatus(flow, sha, "success");
  await talk.is("REVIEW_WAIT");
  await review(flow, prNumber ?? 0, "APPROVE");
  await becomes("the approval", async () => (await talk.story()).includes("feedback.approved"));
  await merge(flow, prNumber ?? 0);
  await talk.is("DONE");
  await quiet(flow);
}

/** Asked once in the life of a process, whatever the number of runs. */
const OF_A_PROCESS = new Set(["/app", "/users/{username}"]);

function countsOf(exchanges: readonly Exchange[]) {
  const own = exchanges.filter(
    ({ actor, template }) => actor !== "user" && !OF_A_PROCESS.has(template ?? ""),
  );
  const of = (category: Exchange["category"]) => own.filter((one) => one.category === category);
  const unchanged = of("read").filter(({ status }) => status === 304).length;
  return {
    creations: of("creation").length,
    edits: of("edit").length,
    reads: of("read").length - unchanged,
    unchanged,
    mints: of("mint").length,
    revocations: of("delete").length,
  };
}

test("an uneventful run costs five creations, seven edits and twelve reads", async () => {
  await uneventful();

  const { unchanged, ...counted } = countsOf(flow.exchanges);
  expect(counted).toEqual({ creations: 5, edits: 7, reads: 12, mints: 12, revocations: 5 });
  const client = await readCalls(flow.world.database.knex, "all");
  const identity = 2;
  expect(client).toEqual({ ...counted, reads: counted.reads + identity, unchanged, waits: 0, waitedMs: 0 });
});

test("its comment was edited when it waited for approval, was requested, was open, and was over", () => {
  const edits = flow.exchanges.filter(({ template }) => template?.endsWith("/issues/comments/{comment_id}"));
  const headings = edits.flatMap(({ method, requestBody }) =>
    method === "PATCH" ? [/agentpr: (.*)/.exec(String((requestBody as { body: string }).body))?.[1]] : [],
  );

  expect(headings).toEqual([
    "Ready, and waiting for a person",
    "Ready, and waiting for a person",
    "The pull request is open",
    "Done",
  ]);
});
