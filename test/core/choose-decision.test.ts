import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Advised, choose, decidedEvent, matterOf } from "../../src/core/choose-decision.ts";
import { DECISION_RULES, type DecisionFacts, isWorking, type Ruling, rule } from "../../src/core/decision.ts";
import { decisiveFacts } from "../../src/core/decision-facts.ts";
import { Event } from "../../src/core/event.ts";
import { type Evidence, NO_USAGE } from "../../src/core/evidence.ts";
import { RULES } from "../../src/core/grading-rules.ts";
import { gradeQuestion, heedAnswer } from "../../src/core/grading-without-tests.ts";
import { LEGAL, legalKinds } from "../../src/core/legal-decisions.ts";
import { DECISION_MODES, type DecisionMode } from "../../src/core/manager-question.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { runs } from "../support/proof.ts";
import { anyFacts } from "./any-facts.ts";

const often = () => runs({ quick: 500, full: 20_000 });
const anyMode = fc.constantFrom(...DECISION_MODES);
const text = fc.string({ maxLength: 60 });
const kind = fc.oneof(
  text,
  fc.constantFrom(
    "attempt",
    "escalate",
    "wait",
    "ready",
    "publish",
    "fail",
    "start",
    "pause",
    "open_pr",
    "approve",
  ),
);
/** Whatever a model may say, and whatever a broken one may. */
const anyAdvice: fc.Arbitrary<Advised> = fc.oneof(
  fc.record({ kind: fc.constant("failed" as const), why: text }),
  fc.record({ kind: fc.constant("chose" as const), answer: fc.record({ decision: kind, reason: text }) }),
  fc.record({
    kind: fc.constant("diagnosed" as const),
    answer: fc.record({
      retry: fc.boolean(),
      where: fc.constantFrom("go_on", "from_the_base"),
      modified_instructions: text,
      reason: text,
    }),
  }),
);

test("every rule of deciding has its row in the table of legal decisions, in the same order", () => {
  expect(Object.keys(LEGAL)).toEqual(DECISION_RULES.map(({ name }) => name));
});

test("whatever the facts, the rules decide as the table says", () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { rule: name, decision } = rule(facts);
      const row = LEGAL[name];

      expect(row?.states).toContain(facts.run.state);
      expect(row?.does).toContain(decision.kind);
    }),
    often(),
  );
});

test("whatever a model answers, what is done is legal, and the journal takes it", () => {
  fc.assert(
    fc.property(anyFacts, anyMode, anyAdvice, (facts, mode, advised) => {
      const ruling = rule(facts);
      const made = choose(mode, ruling, advised);

      expect(legalKinds(ruling)).toContain(made.decision.kind);
      expect(made.rule).toBe(ruling.rule);
      expect(Event.safeParse(decidedEvent(made, "f")).success).toBe(true);
    }),
    often(),
  );
});

test("a model only ever agrees with the rules or calls a person", () => {
  fc.assert(
    fc.property(anyFacts, anyMode, anyAdvice, (facts, mode, advised) => {
      const ruling = rule(facts);
      const { decision } = choose(mode, ruling, advised);

      if (decision.kind !== "escalate") expect(decision).toEqual(ruling.decision);
      expect(["approve", "open_pr"]).not.toContain(decision.kind);
    }),
    often(),
  );
});

test("nobody is asked by rules, nor where there is nothing to choose, nor past a cap or a budget", () => {
  fc.assert(
    fc.property(anyFacts, anyMode, (facts, mode) => {
      const ruling = rule(facts);
      const matter = matterOf(mode, ruling, facts);

      if (mode === "rules" || legalKinds(ruling).length < 2) expect(matter).toBeNull();
      if (mode === "hybrid" && matter !== null) {
        expect(matter).toBe("diagnose_failure");
        expect(facts.history.verdict?.grade).toBe("RETRYABLE");
        expect(facts.budget.kind).toBe("open");
        expect(isWorking(facts.run)).toBe(true);
      }
    }),
    often(),
  );
});

test("a decision changes neither the facts nor the policy that it was made on", () => {
  fc.assert(
    fc.property(anyFacts, anyMode, anyAdvice, (facts, mode, advised) => {
      const before = structuredClone(facts);
      choose(mode, rule(facts), advised);

      expect(facts).toEqual(before);
    }),
    often(),
  );
});

test("no answer raises a grade but by the one question about repositories without tests", () => {
  const policy = { ...DEFAULT_POLICY, runtime_grading_mode: "hybrid_llm" as const };
  const grade = fc
    .constantFrom(...RULES)
    .map(({ grade: is, reason }) => ({ grade: is, reason, because: "so" }));
  const answer = fc.record({ verdict: fc.constantFrom("pass", "review"), reason: text });
  const infrastructure = fc.constantFrom<string[]>([], ["package.json"]);
  fc.assert(
    fc.property(grade, answer, infrastructure, (rules, said, found) => {
      const evidence = untested(found);
      const question = gradeQuestion(rules, { evidence, policy });
      const heeded = heedAnswer(rules, question, said);

      if (heeded.grade === "PASS" && rules.grade !== "PASS") {
        expect(found).toEqual([]);
        expect(rules.reason).toBe("missing_test_evidence");
        expect(heeded.reason).toBe("runtime_success_no_test_infra_with_validation");
      }
    }),
    often(),
  );
});

function untested(infrastructure: string[]): Evidence {
  return {
    ...{ preflight: [], codex: null, commands: [], violations: [], weakenings: [], contract: null },
    diff: { files: [], addedLines: 3, deletedLines: 0, patchBytes: 30 },
    verification: { mode: "head", dependencies: "none", commands: [], infrastructure },
    usage: NO_USAGE,
  };
}

const TRY: Ruling = { rule: "try", decision: { kind: "attempt" } };
const diagnosed = (more: object = {}): Advised => ({
  kind: "diagnosed",
  answer: {
    ...{ retry: true, where: "go_on", modified_instructions: "Mind the zone.", reason: "a wrong zone" },
    ...more,
  },
});

test.each<[string, DecisionMode, Advised, object]>([
  [
    "by the rules alone, the rules",
    "rules",
    { kind: "unasked" },
    { source: "rules", decision: { kind: "attempt" } },
  ],
  [
    "a diagnosis tells the next attempt what to do differently",
    "hybrid",
    diagnosed(),
    { source: "llm", instructions: "Mind the zone.", fromTheBase: false, decision: { kind: "attempt" } },
  ],
  [
    "or has it begin anew",
    "hybrid",
    diagnosed({ where: "from_the_base", modified_instructions: "" }),
    { source: "llm", instructions: null, fromTheBase: true },
  ],
  [
    "what is hopeless goes to a person",
    "hybrid",
    diagnosed({ retry: false }),
    { source: "llm", decision: { kind: "escalate", reason: "a wrong zone" }, instructions: null },
  ],
  [
    "a model that fails leaves it to the rules",
    "hybrid",
    { kind: "failed", why: "no answer within 20 s" },
    { source: "fallback", decision: { kind: "attempt" } },
  ],
  [
    "where it alone is to choose, to a person",
    "llm",
    { kind: "failed", why: "no answer within 20 s" },
    {
      source: "fallback",
      decision: { kind: "escalate", reason: "the manager's model gave no answer: no answer within 20 s" },
    },
  ],
  [
    "what is not legal is overridden by the rules",
    "llm",
    { kind: "chose", answer: { decision: "publish", reason: "ship it" } },
    {
      source: "override",
      decision: { kind: "attempt" },
      reason: "the model chose publish, which is not legal here",
    },
  ],
])("%s", (_title, mode, advised, expected) => expect(choose(mode, TRY, advised)).toMatchObject(expected));

test("the hash of the facts does not depend on the time", () => {
  fc.assert(
    fc.property(anyFacts, (facts: DecisionFacts) => {
      expect(decisiveFacts({ ...facts, nowMs: 2_000 })).toEqual(decisiveFacts(facts));
    }),
    often(),
  );
});
