import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { TaskPacket } from "../../src/core/packet.ts";
import { listArtifacts } from "../../src/database/artifacts.ts";
import { listAttempts } from "../../src/database/attempts.ts";
import { type Flow, greet, OWNER, REPO, raiseFlow } from "../support/flow.ts";
import { ask, branches, cli, pulls, quiet, talkOf } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow();
});
afterAll(() => flow.stop());

const DECLINES = {
  needs_review: "contract_needs_review",
  skip: "contract_skip",
} as const;

test.each(Object.entries(DECLINES))(
  "a contract that says %s brings the run to a person, with its reasons and without a trace on GitHub",
  async (decision, reason) => {
    flow.plan.now = () => ({
      files: {},
      declines: { decision: decision as keyof typeof DECLINES, reasons: ["the maintainers must choose"] },
    });
    const before = branches(flow);

    const talk = await ask(flow);
    const run = await talk.is("NEEDS_HUMAN");
    await quiet(flow);

    expect(run).toMatchObject({ attempts: 1, changeId: null, publishedSha: null, prNumber: null });
    expect(run.reason).toContain(reason);
    const [attempt] = await listAttempts(flow.world.database.knex, run.id);
    expect(attempt?.report?.grade).toEqual({
      grade: "HUMAN_REVIEW",
      reason,
      because: `The contract says ${decision}: the maintainers must choose`,
    });
    expect(branches(flow)).toEqual(before);
    expect(await pulls(flow)).toEqual([]);
  },
);

/** The repository as the app came to know it by an earlier run. */
async function knownRepository() {
  const { repositoryId, installationId, baseBranch } = await (await ask(flow)).run();
  const facts = { private: false, archived: false, defaultBranch: baseBranch };
  return { owner: OWNER, repo: REPO, repositoryId, installationId, ...facts };
}

test("what a person adds when making a run is frozen with it, and is enough to say what to do", async () => {
  const repository = await knownRepository();
  const packets: TaskPacket[] = [];
  flow.plan.now = (spec) => {
    if (spec.runId === "run_french") packets.push(spec.packet);
    return greet(spec);
  };
  const packet = { title: "Greet in French", constraints: ["one file"], instructions: ["say bonjour"] };

  const reply = await cli(flow, "create", { ...repository, run_id: "run_french", packet, repository });
  await talkOf(flow, "run_french", 0).is("PUSHED");

  expect(reply).toMatchObject({ ok: true });
  const artifacts = await listArtifacts(flow.world.database.knex, "run_french");
  const stored = artifacts.filter(({ name }) => name === "task_packet");
  expect(stored).toMatchObject([
    { location: expect.stringMatching(/task_packets\/run_french_1\.json$/), removedAt: null },
  ]);
  expect(packets).toMatchObject([
    {
      request: { title: "Greet in French", issue: null, askedBy: { role: "operator" } },
      instructions: ["say bonjour"],
      constraints: ["one file"],
    },
  ]);
});

test("a person's note leads it on, and the packet tells who asked for what", async () => {
  flow.plan.now = () => ({ files: {}, declines: { decision: "needs_review", reasons: ["which greeting?"] } });
  const talk = await ask(flow, "Greet <!-- hidden -->politely");
  await talk.is("NEEDS_HUMAN");
  const packets: TaskPacket[] = [];
  flow.plan.now = (spec) => {
    packets.push(spec.packet);
    return greet(spec);
  };

  expect(await talk.say('/agentpr retry note="say good day"')).toBe("rocket");
  await talk.is("PUSHED");

  expect(packets).toMatchObject([
    {
      version: "agentpr.task_packet.v2",
      run: { attempt: 2, state: "EXECUTING", promptVersion: expect.any(String) },
      request: {
        title: "Greet politely",
        author: "ada",
        role: expect.any(String),
        askedBy: { name: "@ada" },
      },
      instructions: ["say good day", expect.stringContaining("contract_needs_review")],
      budget: { left: { attempts: expect.any(Number), iterations: 5, tokensSpent: 0 } },
      contract: null,
    },
  ]);
});
