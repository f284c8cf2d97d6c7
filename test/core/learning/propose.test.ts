import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { effectOf } from "../../../src/core/learning/effect.ts";
import { nextSkillVersion, nextVersion, withLesson } from "../../../src/core/learning/new-version.ts";
import { Proposal } from "../../../src/core/learning/proposal.ts";
import { propose } from "../../../src/core/learning/propose.ts";
import { LESSONS, POLICY_REMEDIES } from "../../../src/core/learning/remedies.ts";
import { replay } from "../../../src/core/learning/replay.ts";
import { DEFAULT_POLICY } from "../../../src/core/policy.ts";
import { runs } from "../../support/proof.ts";
import { sampleEvidence, verified } from "../sample-report.ts";
import { changeOf, past } from "./sample-past.ts";

const over = (files: number) => past({ evidence: changeOf(files) });
const ended = (reason: "no_change" | "contract_invalid", skills: string[] = []) =>
  past({
    grade: { grade: "HUMAN_REVIEW", reason, because: "so" },
    skills: skills.map((name) => ({ name, version: "1.0.0", hash: "0" })),
  });

test("a limit that several changes needed is raised to what they needed, for that repository alone", () => {
  const attempts = [
    over(7),
    over(8),
    over(7),
    past(),
    past({ repository: "octo/other", evidence: changeOf(9) }),
  ];

  const [proposal] = propose(attempts, 3).filter(({ patch }) => patch.kind === "policy");

  expect(proposal).toMatchObject({
    subject: "policy:octo/widget:max_changed_files:6",
    title: "max_changed_files of octo/widget: 6 → 8",
    patch: {
      kind: "policy",
      key: "max_changed_files",
      repository: "octo/widget",
      from: 6,
      to: 8,
      looser: true,
    },
    evidence: { attempts: 3, of: 4, passed: 1 },
    replay: { kind: "replayed", attempts: 4, better: 3, worse: 0 },
  });
  expect(Proposal.parse(proposal)).toEqual(proposal);
});

test("the replay shows every attempt that would have come out differently, and what would still stop it", () => {
  const both = past({ evidence: changeOf(8, 500) });
  const attempts = [over(7), over(8), over(8), both];

  const [proposal] = propose(attempts, 3).filter(({ patch }) => patch.kind === "policy");

  expect(proposal?.replay).toMatchObject({ kind: "replayed", attempts: 4, better: 3 });
  expect(JSON.stringify(proposal?.replay)).not.toContain(both.attemptId);
  expect(proposal?.replay).toMatchObject({
    changed: expect.arrayContaining([
      {
        ...{ attempt_id: attempts[0]?.attemptId, run_id: attempts[0]?.runId },
        before: { grade: "HUMAN_REVIEW", reason: "diff_budget_exceeded" },
        after: { grade: "PASS", reason: "runtime_success" },
      },
    ]),
  });
});

test.each([
  ["too few attempts", [over(7), over(8)]],
  ["changes of more than twice the limit", [over(13), over(20), over(30)]],
  [
    "attempts under another limit than today's",
    [
      past(),
      ...[7, 7].map(over),
      past({ evidence: changeOf(5), policy: { ...DEFAULT_POLICY, max_changed_files: 4 } }),
    ],
  ],
])("%s speak for no other limit", (_title, attempts) => {
  expect(propose(attempts, 3).filter(({ patch }) => patch.kind === "policy")).toEqual([]);
});

test("fewer test commands are proposed where there was one, and it is said that this is looser", () => {
  const policy = { ...DEFAULT_POLICY, min_test_commands: 2 };
  const attempts = [1, 2, 3].map(() => past({ policy }));

  expect(propose(attempts, 3)).toMatchObject([
    { patch: { key: "min_test_commands", from: 2, to: 1, looser: true }, replay: { better: 3, worse: 0 } },
  ]);
});

test("what an attempt was stopped by cannot be replayed, and the proposal says so", () => {
  const codex = { kind: "timed_out", exitCode: null, signal: null, message: null, resetAt: null } as const;
  const attempts = [1, 2, 3].map(() => past({ evidence: sampleEvidence([verified()], { codex }) }));

  expect(propose(attempts, 3)).toMatchObject([
    {
      patch: { key: "max_agent_seconds", from: 900, to: 1_380, looser: true },
      replay: { kind: "not_replayable", why: expect.stringContaining("ended as it did") },
    },
  ]);
});

test("words go to the prompt, and where skills led the worker to the skill whose step it was", () => {
  const skills = ["agentpr-repo-preflight-contract", "agentpr-implement-and-validate"];
  const of = (made: ReturnType<typeof ended>[]) => propose(made, 2).map(({ patch }) => patch);

  expect(of([ended("no_change"), ended("no_change")])).toEqual([
    { kind: "prompt", version: "v1", add: LESSONS.no_change },
  ]);
  expect(of([ended("no_change", skills), ended("no_change", skills)])).toMatchObject([
    { kind: "skill", name: "agentpr-implement-and-validate", version: "1.0.0" },
  ]);
  expect(of([ended("contract_invalid", skills), ended("contract_invalid", skills)])).toMatchObject([
    { kind: "skill", name: "agentpr-repo-preflight-contract" },
  ]);
  expect(of([ended("no_change"), ended("no_change", skills)])).toEqual([]);
});

test("a value that is the same changes nothing in any replay", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 300 })), { maxLength: 12 }), (sizes) => {
      const attempts = sizes.map(([files, lines]) => past({ evidence: changeOf(files, lines) }));
      for (const key of ["max_changed_files", "max_added_lines", "min_test_commands"] as const) {
        const value = DEFAULT_POLICY[key];
        const same = {
          kind: "policy",
          key,
          repository: "octo/widget",
          from: value,
          to: value,
          looser: false,
        } as const;
        expect(replay(same, attempts)).toMatchObject({ attempts: attempts.length, changed: [] });
      }
    }),
    runs({ quick: 50, full: 1_000 }),
  );
});

test("a proposal never gives a limit more than its double, and makes no attempt fail that passed", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 30 }), { maxLength: 15 }),
      fc.integer({ min: 1, max: 5 }),
      (sizes, least) => {
        for (const { patch, replay: tried } of propose(sizes.map(over), least)) {
          if (patch.kind !== "policy") continue;
          expect(Number(patch.to)).toBeLessThanOrEqual(2 * Number(patch.from));
          expect(tried).toMatchObject({ worse: 0 });
          expect(tried.kind === "replayed" && tried.better).toBeGreaterThanOrEqual(least);
        }
      },
    ),
    runs({ quick: 50, full: 1_000 }),
  );
});

test("whether it helped is told by the attempts under the new version alone", () => {
  const [proposal] = propose([ended("no_change"), ended("no_change")], 2);
  const under = [past({ promptVersion: "v1-2" }), { ...ended("no_change"), promptVersion: "v1-2" }, past()];

  expect(proposal && effectOf(proposal, "v1-2", under)).toEqual({ attempts: 2, ended_so: 1, passed: 1 });
});

test("a lesson stands in a section of its own, and the next one below it", () => {
  const once = withLesson("# Do it\n", "Look twice.");

  expect(withLesson(once, "And again.")).toBe(
    "# Do it\n\n## Learned from earlier attempts\n\n- Look twice.\n- And again.\n",
  );
});

test.each([
  ["v1", ["issue", "v1"], "v1", "v1-2"],
  ["v1", ["issue", "v1", "v1-2", "v1-10", "v1-draft"], "v1-10", "v1-11"],
  ["v1-2", ["v1", "v1-2"], "v1-2", "v1-3"],
  ["v1", ["v1", "v10-4"], "v1", "v1-2"],
])("after %s among %j comes the newest's next", (version, there, newest, next) => {
  expect(nextVersion(version, there)).toEqual({ newest, next });
});

test("a skill's next version is the next patch of it", () => {
  expect(nextSkillVersion("1.0.9")).toBe("1.0.10");
});

test("every remedy is for a reason that is none of going well", () => {
  const reasons = [...Object.keys(POLICY_REMEDIES), ...Object.keys(LESSONS)];

  expect(reasons.filter((reason) => reason.startsWith("runtime_success"))).toEqual([]);
});
