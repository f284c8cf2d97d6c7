import { expect, test } from "@jest/globals";
import type { Database } from "../../src/database/connect.ts";
import { decideProposal, listProposals, readProposalJournal } from "../../src/database/proposals.ts";
import {
  findNamedProposal,
  makeSkillsFeedback,
  readSkillsMetrics,
  viewProposal,
} from "../../src/reports/learning.ts";
import { changeOf } from "../core/learning/sample-past.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { putPast } from "./put-past.ts";

const databases = testDatabases();
const ORDER = { limit: 100, minSamples: 3, by: "ada" };

async function withPast(database: Database): Promise<Database> {
  for (const [at, files] of [7, 8, 7, 1].entries())
    await putPast(database, { run: `run_${at}`, evidence: changeOf(files) });
  return database;
}

test.each(DIALECTS)("on %s metrics say what fails of each prompt and model, and why", async (dialect) => {
  const database = await withPast(await databases.open(dialect));

  const metrics = await readSkillsMetrics(database, { limit: 100 });
  const ofOne = await readSkillsMetrics(database, { limit: 100, runId: "run_3" });

  expect(metrics).toMatchObject({ version: "agentpr.skills_metrics.v1", attempts: 4, runs: 4 });
  expect(metrics.per_prompt).toMatchObject([
    {
      ...{ name: "v1", attempts: 4, runs: 4, pass_rate_pct: 25, reviews_per_run: 0 },
      failures: [
        { reason: "diff_budget_exceeded", count: 3, means: "more files or lines than the policy allows" },
      ],
      outcomes: { under_way: 4 },
    },
  ]);
  expect(metrics.per_skill.map(({ name }) => name)).toEqual(["none"]);
  expect(metrics.per_model.map(({ name }) => name)).toEqual(["gpt-scripted"]);
  expect(metrics.latest_failures).toHaveLength(3);
  expect(ofOne).toMatchObject({ attempts: 1, all: { pass_rate_pct: 100 } });
});

test.each(DIALECTS)(
  "on %s feedback writes proposals down once, and newer evidence into them",
  async (dialect) => {
    const database = await withPast(await databases.open(dialect));

    const feedback = await makeSkillsFeedback(database, ORDER);
    await putPast(database, { run: "run_9", evidence: changeOf(8) });
    await makeSkillsFeedback(database, ORDER);

    const stored = await listProposals(database.knex, { all: true });
    expect(feedback.actions).toMatchObject([
      {
        reason: "diff_budget_exceeded",
        priority: "high",
        proposals: expect.arrayContaining([stored[0]?.id]),
      },
    ]);
    expect(feedback.low_pass).toMatchObject([
      { kind: "skill" },
      { kind: "prompt", name: "v1" },
      { kind: "model" },
    ]);
    expect(
      stored.map(({ proposal }) => [proposal.patch.kind, proposal.evidence.attempts]).toSorted(),
    ).toEqual([
      ["policy", 4],
      ["prompt", 4],
    ]);
    const made = await readProposalJournal(database.knex, stored[0]?.id ?? "");
    expect(made).toMatchObject([{ type: "made", by: "ada" }]);
  },
);

test.each(DIALECTS)("on %s a proposal is decided once, journaled, and not made again", async (dialect) => {
  const database = await withPast(await databases.open(dialect));
  await makeSkillsFeedback(database, ORDER);
  const [first] = await listProposals(database.knex, { all: false });
  const id = first?.id ?? "";
  const verdict = { id, status: "rejected", by: "bob", detail: "too large", written: null } as const;

  expect(await decideProposal(database, verdict)).toBe(true);
  expect(await decideProposal(database, { ...verdict, status: "accepted" })).toBe(false);
  const again = await makeSkillsFeedback(database, ORDER);

  expect(again.proposals.find((each) => each.id === id)?.status).toBe("rejected");
  expect((await listProposals(database.knex, { all: false })).map((each) => each.id)).not.toContain(id);
  expect(await readProposalJournal(database.knex, id)).toMatchObject([
    { type: "made" },
    { type: "rejected", by: "bob", detail: "too large" },
  ]);
});

test.each(DIALECTS)("on %s an accepted proposal shows what came of it", async (dialect) => {
  const database = await withPast(await databases.open(dialect));
  await makeSkillsFeedback(database, ORDER);
  const all = await listProposals(database.knex, { all: false });
  const id = all.find(({ proposal }) => proposal.patch.kind === "policy")?.id ?? "";
  const written = { version: "2", file: "manager_policy.2.json" };
  await decideProposal(database, { id, status: "accepted", by: "bob", detail: "so", written });
  const before = await findNamedProposal(database, id.slice(0, 8));
  const policy = { max_changed_files: 8 };

  expect(before && (await viewProposal(database, before)).effect).toMatchObject({ attempts: 0 });
  await putPast(database, { run: "run_new", evidence: changeOf(8), policy });
  await putPast(database, { run: "run_more", evidence: changeOf(9), policy });

  expect(before && (await viewProposal(database, before)).effect).toEqual({
    attempts: 2,
    ended_so: 1,
    passed: 1,
  });
});

test("a proposal is named by the start of its id that is its alone, and by nothing less", async () => {
  const database = await withPast(await databases.open("sqlite"));
  await makeSkillsFeedback(database, ORDER);
  const first = (await listProposals(database.knex, { all: true }))[0]?.id ?? "";
  await database.knex("proposal_journal").del();
  await database.knex("proposals").whereNot({ id: first }).del();

  expect(await findNamedProposal(database, "")).toBeNull();
  expect((await findNamedProposal(database, first.slice(0, 8)))?.id).toBe(first);
});
