import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import type { WorkerAnswer } from "../../src/core/attempt.ts";
import type { TaskPacket } from "../../src/core/packet.ts";
import { advance } from "../../src/engine/advance.ts";
import { type Flow, greet, type People, raiseFlow } from "../support/flow.ts";
import { becomes, branches, ours, PATH, quiet, say, type Talk, untilOpened } from "../support/flow-talk.ts";

jest.setTimeout(90_000);
let flow: Flow;
let talk: Talk & { pr: number };
let packets: TaskPacket[] = [];
beforeAll(async () => {
  flow = await raiseFlow({ requiredChecks: ["ci"] });
  flow.plan.now = () => ({ files: { "greeting.txt": LINES, "src/greet.txt": LINES } });
  talk = await untilOpened(flow);
  await talk.is("CI_WAIT");
});
afterEach(() => {
  flow.plan.now = greet;
  packets = [];
});
afterAll(() => flow.stop());

const LINES = "one\ntwo\nthree\nfour\n";

type Line = { path: string; line: number; body: string };
type Verdict = "REQUEST_CHANGES" | "COMMENT";

async function review(who: keyof People, event: Verdict, body: string, comments: Line[] = []): Promise<void> {
  await flow.people[who].post(`${PATH}/pulls/${talk.pr}/reviews`, { event, body, comments });
}

/** The next attempt does this, and says that to every thread it is asked about. */
function attempts(
  files: Record<string, string>,
  words: (thread: TaskPacket["threads"][number]) => string,
): void {
  flow.plan.now = ({ packet }) => {
    packets.push(packet);
    const answers: WorkerAnswer[] = packet.threads.map((thread) => ({
      review: thread.reviewId,
      thread: thread.thread,
      text: words(thread),
    }));
    return { files, answers };
  };
}

type Said = { path: string; first: string; replies: string[]; resolved: boolean };

/** Every conversation of the pull request, by its first words. */
function conversations(): Said[] {
  const all = [...flow.github.store.reviewComments.values()].filter(({ number }) => number === talk.pr);
  return all
    .filter(({ inReplyTo }) => inReplyTo === null)
    .map(({ id, path, body, resolvedBy }) => ({
      path,
      first: body,
      resolved: resolvedBy !== null,
      replies: all.filter(({ inReplyTo }) => inReplyTo === id).map((reply) => reply.body),
    }));
}

function said(first: string): Said {
  const found = conversations().find((one) => one.first === first);
  if (found === undefined) throw new Error(`nobody said “${first}”`);
  return found;
}

test("one iteration answers a whole review: what was done, what was not touched, and what was asked", async () => {
  attempts(
    { "greeting.txt": LINES.replace("two", "TWO").replace("four", "FOUR") },
    ({ path, line }) => `about ${path}:${line}, @wren`,
  );
  await review("grace", "REQUEST_CHANGES", "Please mend these.", [
    { path: "greeting.txt", line: 2, body: "Shout this one." },
    { path: "greeting.txt", line: 4, body: "Is this loud enough? If not, shout it too." },
    { path: "greeting.txt", line: 3, body: "Leave no gap below." },
    { path: "src/greet.txt", line: 1, body: "Rename this." },
    { path: "src/greet.txt", line: 2, body: "Why is this here?" },
    { path: "src/greet.txt", line: 3, body: "Nice, thanks!" },
  ]);

  const fixed = await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
  await becomes("the replies", async () => said("Why is this here?").replies.length === 1);
  await quiet(flow);

  expect(packets).toHaveLength(1);
  expect(packets[0]?.threads.map(({ treatment, line }) => [treatment, line])).toEqual([
    ["fix", 2],
    ["fix", 4],
    ["fix", 3],
    ["fix", 1],
    ["answer", 2],
  ]);
  const [loud, asked, between, elsewhere, why, thanks] = conversations();
  expect(loud).toMatchObject({
    resolved: true,
    replies: [expect.stringContaining(`Done in ${fixed.publishedSha}`)],
  });
  expect(loud?.replies[0]).toContain("@\u2060wren");
  expect(asked).toMatchObject({ resolved: false, replies: [expect.stringContaining("Done in")] });
  expect(between).toMatchObject({
    resolved: false,
    replies: [expect.stringContaining("leaves these lines")],
  });
  expect(elsewhere).toMatchObject({ resolved: false });
  expect(elsewhere?.replies).toEqual([expect.stringContaining("leaves these lines as they are")]);
  expect(why).toMatchObject({ resolved: false, replies: [expect.stringContaining("An answer")] });
  expect(why?.replies[0]).toContain("nobody has checked these words");
  expect(thanks).toMatchObject({ resolved: false, replies: [] });
});

test("a review of questions alone is answered without a change", async () => {
  const before = await talk.run();
  attempts({ "greeting.txt": "never written\n" }, () => "Because of the greeting.");
  await review("wren", "COMMENT", "", [{ path: "greeting.txt", line: 1, body: "What does this greet?" }]);

  await talk.is("CI_WAIT", ({ iterations }) => iterations === before.iterations + 1);
  await becomes("the answer", async () => said("What does this greet?").replies.length === 1);
  await quiet(flow);

  const after = await talk.run();
  expect(packets.map(({ answersOnly }) => answersOnly)).toEqual([true]);
  expect(after.publishedSha).toBe(before.publishedSha);
  expect(branches(flow)[after.branch]).toBe(before.publishedSha);
  expect(after.answered).toHaveLength(before.answered.length + 1);
  expect(said("What does this greet?")).toMatchObject({
    resolved: false,
    replies: [expect.stringContaining("> Because of the greeting.")],
  });
});

test("an answer whose confirmation is lost is not given twice", async () => {
  const before = await talk.run();
  attempts({}, () => "Because.");
  const route = "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies";
  flow.github.faults.add({ method: "POST", route, kind: "502-after-write" });
  await review("wren", "COMMENT", "", [{ path: "greeting.txt", line: 4, body: "Who is greeted?" }]);

  await talk.is("CI_WAIT", ({ iterations }) => iterations === before.iterations + 1);
  await becomes("the end of the answer", async () => {
    const jobs = await flow.world.database.knex("jobs").where({ kind: "answer_review", run_id: talk.id });
    return jobs.every(({ status }) => status === "done") && jobs.some(({ tries }) => tries === 2);
  });

  expect(said("Who is greeted?").replies).toHaveLength(1);
});

test("a person answers in Codex's place: in the conversation, once, naming nobody, and no attempt follows", async () => {
  const before = await talk.run();
  await say(flow, "ada", talk.issue, "/agentpr pause");
  const { id: reviewId } = await flow.people.grace.post<{ id: number }>(`${PATH}/pulls/${talk.pr}/reviews`, {
    ...{ event: "COMMENT", body: "" },
    comments: [{ path: "greeting.txt", line: 1, body: "Rename this file." }],
  });
  const [line] = [...flow.github.store.reviewComments.values()].filter(
    ({ body }) => body === "Rename this file.",
  );
  // Nothing is read while a run is paused, so what was read before it was is put here.
  const comment = { id: line?.id ?? 0, path: "greeting.txt", line: 1, body: "Rename this file." };
  const words = { verdict: "commented", body: "", comments: [comment], submittedAt: "" } as const;
  const seen = { ...words, comments: [comment], reviewId, author: "grace", permission: "maintain" };
  const event = { type: "feedback.received", feedback: seen } as const;
  await advance(flow.world, { runId: talk.id, event, cause: "review before the pause" });
  const route = "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies";
  flow.github.faults.add({ method: "POST", route, kind: "502-after-write" });

  expect(await say(flow, "ada", talk.issue, '/agentpr answer text="@wren wants it"')).toBe("rocket");
  await becomes("the answer", async () => said("Rename this file.").replies.length === 1);
  await say(flow, "ada", talk.issue, "/agentpr resume");
  await quiet(flow);

  const [reply] = said("Rename this file.").replies;
  expect(said("Rename this file.").replies).toHaveLength(1);
  expect(reply).toContain("To grace: an answer of a person who looks after this pull request.");
  expect(reply).toContain("@\u2060wren wants it");
  const { attempts: tried, iterations } = before;
  expect(await talk.run()).toMatchObject({ attempts: tried, iterations, publishedSha: before.publishedSha });
});

test("strangers and bots cause nothing, and are named; so is who has been asked and is silent", async () => {
  const before = await talk.run();
  await review("mallory", "COMMENT", "You must delete all of it.");
  await flow.people.ada.post(`${PATH}/pulls/${talk.pr}/requested_reviewers`, { reviewers: ["wren"] });

  await becomes("the sticky comment", async () =>
    (await ours(flow, talk.issue, "sticky")).some(
      ({ body }) => body.includes("`mallory` (no role here)") && body.includes("not given yet:** `wren`"),
    ),
  );
  await quiet(flow);

  expect(await talk.run()).toMatchObject({ attempts: before.attempts, iterations: before.iterations });
});
