import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { type Flow, greet, raiseFlow } from "../support/flow.ts";
import {
  approve,
  ask,
  becomes,
  comment,
  comments,
  openIssue,
  ours,
  PATH,
  pulls,
  quiet,
  reactions,
  runsOn,
  type Seen,
  say,
  type Talk,
  talkOf,
  untilOpened,
  untilPushed,
} from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow({ requiredChecks: ["ci"] });
});
afterEach(() => {
  flow.plan.now = greet;
});
afterAll(() => flow.stop());

/** Attempts of the run go on only when they are let go. */
function holdAttempts(): { letGo(): void; begun: Promise<void> } {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  flow.plan.now = (spec) => ({
    ...greet(spec),
    until: async (signal) => {
      begun.resolve();
      const off = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      await Promise.race([gate.promise, off]);
    },
  });
  return { letGo: gate.resolve, begun: begun.promise };
}

/** Once the sticky comment has caught up. */
async function settledComments(talk: Talk): Promise<Seen[]> {
  await quiet(flow);
  return comments(flow, talk.issue);
}

test("status and help are answered where they were asked, on the issue and on the pull request", async () => {
  const talk = await untilOpened(flow);

  for (const place of [talk.issue, talk.pr]) {
    expect(await say(flow, "wren", place, "/agentpr status")).toBe("rocket");
    expect(await say(flow, "wren", place, "/agentpr help")).toBe("rocket");
    const replies = await becomes("both answers", async () => {
      const found = await ours(flow, place, "reply");
      return found.length === 2 && found.map(({ body }) => body);
    });
    expect(replies.some((body) => body.includes(talk.id) && body.includes("CI_WAIT"))).toBe(true);
    expect(replies.some((body) => body.includes("/agentpr approve"))).toBe(true);
  }
});

test("a pause during an attempt stops it, and a resume goes on to a change", async () => {
  const held = holdAttempts();
  const talk = await ask(flow);
  await held.begun;

  expect(await talk.say("/agentpr pause", "wren")).toBe("rocket");
  await becomes("the end of the attempt", async () => (await talk.story()).includes("attempt.parked"));
  expect((await talk.run()).state).toBe("PAUSED");
  held.letGo();
  expect(await talk.say("/agentpr resume", "wren")).toBe("rocket");

  const pushed = await talk.is("PUSHED");
  expect(pushed).toMatchObject({ attempts: 1, failedInRow: 0 });
});

test("a run can be paused and resumed again and again, on the issue and on the pull request", async () => {
  const talk = await untilOpened(flow);

  for (const place of [talk.issue, talk.pr, talk.pr, talk.issue]) {
    expect(await say(flow, "ada", place, "/agentpr pause")).toBe("rocket");
    await talk.is("PAUSED");
    expect(await say(flow, "ada", place, "/agentpr resume")).toBe("rocket");
    await talk.is("CI_WAIT");
  }

  expect((await talk.story()).filter((type) => type === "run.paused")).toHaveLength(4);
});

test("a second pause of a paused run is refused or changes nothing", async () => {
  const talk = await untilPushed(flow);
  await talk.say("/agentpr pause");

  await talk.say("/agentpr pause");
  await talk.say("/agentpr resume");

  expect((await talk.is("PUSHED")).pausedFrom).toBeNull();
});

test("a retry begins another attempt, with its note, and its change takes the old one's place", async () => {
  const notes: string[][] = [];
  flow.plan.now = (spec) => {
    notes.push(spec.packet.instructions);
    return greet(spec);
  };
  const talk = await untilPushed(flow);
  const first = await talk.run();

  expect(await talk.say('/agentpr retry note="greet twice"')).toBe("rocket");
  const second = await talk.is("PUSHED", ({ publishedSha }) => publishedSha !== first.publishedSha);

  expect(notes).toEqual([[], ["greet twice"]]);
  expect(second.attempts).toBe(2);
  await approve(flow, talk);
  const run = await talk.is("CI_WAIT");
  const opened = (await pulls(flow)).find(({ number }) => number === run.prNumber);
  expect(opened?.head.sha).toBe(second.changeSha);
});

test("a cancelled run is over, and says so where it was asked for", async () => {
  const held = holdAttempts();
  const talk = await ask(flow);
  await held.begun;

  expect(await talk.say("/agentpr cancel", "wren")).toBe("rocket");

  expect(await talk.is("FAILED")).toMatchObject({ reason: "cancelled", changeId: null });
  await becomes("the sticky comment", async () =>
    (await ours(flow, talk.issue, "sticky")).some(({ body }) => body.includes("Given up")),
  );
  held.letGo();
  await quiet(flow);
  expect((await talk.run()).state).toBe("FAILED");
});

test("a failed attempt is tried again by itself, and after the last one a person is asked", async () => {
  flow.plan.now = (spec) => ({ ...greet(spec), fails: ["greets"] });
  const talk = await ask(flow);
  const stuck = await talk.is("NEEDS_HUMAN");
  expect(stuck.attempts).toBeGreaterThan(1);

  flow.plan.now = greet;
  expect(await talk.say("/agentpr retry")).toBe("rocket");

  await talk.is("PUSHED");
});

test("a stranger's command gets a reaction and nothing else", async () => {
  const talk = await untilPushed(flow);
  const before = await settledComments(talk);

  for (const command of ["pause", "status", "help", "cancel", "run", `approve ${"0".repeat(12)}`])
    expect(await talk.say(`/agentpr ${command}`, "mallory")).toBe("confused");

  await quiet(flow);
  const after = await comments(flow, talk.issue);
  expect(after.filter(({ login }) => login !== "mallory")).toEqual(before);
  expect((await talk.run()).state).toBe("PUSHED");
  expect(await runsOn(flow, talk.issue)).toHaveLength(1);
});

test("whoever made the request may ask how it stands and take it back, and nothing more", async () => {
  const { number } = await flow.people.mallory.post<{ number: number }>(`${PATH}/issues`, { title: "Hi" });
  expect(await say(flow, "mallory", number, "/agentpr run")).toBe("confused");
  expect(await runsOn(flow, number)).toEqual([]);
  await say(flow, "ada", number, "/agentpr run");
  const [run] = await runsOn(flow, number);
  const talk = talkOf(flow, run?.id ?? "", number);
  await talk.is("PUSHED");

  expect(await talk.say("/agentpr status", "mallory")).toBe("rocket");
  expect(await talk.say("/agentpr pause", "mallory")).toBe("confused");
  expect(await talk.say("/agentpr request-pr", "mallory")).toBe("confused");
  expect(await talk.say("/agentpr cancel", "mallory")).toBe("rocket");

  expect((await talk.is("FAILED")).reason).toBe("cancelled");
});

test("a command in a quote, in code, edited in later or by the app itself commands nothing", async () => {
  const talk = await untilPushed(flow);
  await comment(
    flow,
    "ada",
    talk.issue,
    "> /agentpr cancel\n\n```\n/agentpr cancel\n```\nI said `/agentpr cancel`.",
  );
  const id = await comment(flow, "ada", talk.issue, "Nothing to see.");
  await flow.people.ada.patch(`${PATH}/issues/comments/${id}`, { body: "/agentpr cancel" });
  expect(await talk.say("/agentpr help")).toBe("rocket");

  await quiet(flow);
  expect(await reactions(flow, id)).toEqual([]);
  expect((await talk.run()).state).toBe("PUSHED");
});

test("a misspelt command, one that cannot be read and one in the wrong place are answered with the reason", async () => {
  const issue = await openIssue(flow);
  expect(await say(flow, "ada", issue, "/agentpr pasue")).toBe("confused");
  expect(await say(flow, "ada", issue, '/agentpr retry note="never closed')).toBe("confused");
  expect(await say(flow, "ada", issue, "/agentpr pause")).toBe("confused");

  const replies = await becomes("three answers", async () => {
    const found = await ours(flow, issue, "reply");
    return found.length === 3 && found.map(({ body }) => body).join("\n");
  });
  expect(replies).toContain("pasue");
  expect(replies).toContain("not closed");
  expect(replies).toContain("no run here yet");
});
