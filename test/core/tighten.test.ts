import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";
import { DEFAULT_POLICY, POLICY_KEYS, Policy } from "../../src/core/policy.ts";
import { LAYER_KEYS, type PolicyLayer } from "../../src/core/policy-layer.ts";
import { tighten } from "../../src/core/tighten.ts";

const OWN = Policy.parse({
  known_test_failure_allowlist: ["flaky", "slow"],
  limits: { run: { tokens: 100 } },
  max_iterations: 0,
  box_network: "provider",
  approve_role: "admin",
});

test.each<[string, PolicyLayer, PolicyLayer]>([
  ["a smaller budget", { max_changed_files: 2 }, { max_changed_files: 2 }],
  ["a budget where there was none", { max_iterations: 7 }, { max_iterations: 7 }],
  [
    "one key of a group",
    { limits: { run: { tokens: 50 } } },
    { limits: { ...OWN.limits, run: { ...OWN.limits.run, tokens: 50 } } },
  ],
  [
    "a smaller box",
    { box_limits: { memory_mb: 512 } },
    { box_limits: { ...OWN.box_limits, memory_mb: 512 } },
  ],
  ["a tighter sandbox", { codex_sandbox: "read-only" }, { codex_sandbox: "read-only" }],
  ["more tests", { min_test_commands: 3 }, { min_test_commands: 3 }],
  [
    "more protected paths",
    { protected_paths: ["legal/**"] },
    { protected_paths: [...OWN.protected_paths, "legal/**"] },
  ],
  [
    "fewer excused failures",
    { known_test_failure_allowlist: ["slow"] },
    { known_test_failure_allowlist: ["slow"] },
  ],
  ["each push approved", { approve_iterations: true }, { approve_iterations: true }],
  ["a second person", { distinct_approver: true }, { distinct_approver: true }],
  ["no branch before approval", { publish_before_approval: "never" }, { publish_before_approval: "never" }],
  ["what holds already", { max_changed_files: 6, approve_role: "admin" }, {}],
])("%s is granted", (_title, asks, changed) => {
  expect(tighten(OWN, asks)).toEqual({ policy: { ...OWN, ...changed }, refused: [] });
});

test.each<[string, PolicyLayer, string]>([
  ["a greater budget", { max_changed_files: 60 }, "max_changed_files: at most 6 holds here"],
  ["no budget at all", { max_changed_files: 0 }, "max_changed_files: at most 6 holds here"],
  [
    "a limit taken away in a group",
    { limits: { run: { tokens: 0 } } },
    "limits.run.tokens: at most 100 holds here",
  ],
  ["everybody's budget", { limits: { day: { tokens: 1 } } }, "limits.day: only the operator decides it"],
  ["an open network", { box_network: "full" }, "box_network: provider is stricter"],
  ["a lesser role", { approve_role: "write" }, "approve_role: admin is stricter"],
  ["no isolation", { isolation: "none" }, "isolation: box is stricter"],
  ["no verification", { verify_mode: "off" }, "verify_mode: baseline is stricter"],
  ["fewer tests", { min_test_commands: 0 }, "min_test_commands: at least 1 holds here"],
  [
    "another excused failure",
    { known_test_failure_allowlist: ["flaky", "slow", "x"] },
    "known_test_failure_allowlist: nothing may be added to it",
  ],
  ["a model", { codex_model: "other" }, "codex_model: only the operator decides it"],
  ["its own people", { people: { ada: { github: ["ada"] } } }, "people: only the operator decides it"],
])("%s is refused", (_title, asks, words) => {
  expect(tighten(OWN, asks)).toEqual({ policy: OWN, refused: [words] });
});

test("lists that are too long together are refused as a whole", () => {
  const own = { ...OWN, protected_paths: Array.from({ length: 300 }, (_, index) => `own/${index}`) };
  const asks = { protected_paths: Array.from({ length: 300 }, (_, index) => `more/${index}`) };

  const { policy, refused } = tighten(own, asks);

  expect(policy).toEqual(own);
  expect(refused).toEqual(["protected_paths: too much together with the policy's own"]);
});

/** Any value that a schema takes, within small numbers and few words. */
function anyOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodOptional) return anyOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) {
    const least = schema.minValue ?? 0;
    return fc.integer({ min: least, max: Math.min(least + 20, schema.maxValue ?? least) });
  }
  if (schema instanceof z.ZodArray) return fc.subarray(["a", "b", "c", "d"]);
  if (schema instanceof z.ZodObject) return layerOf(schema.shape, Object.keys(schema.shape));
  return fc.constant(null);
}

function layerOf(
  shape: Readonly<Record<string, z.ZodType>>,
  keys: readonly string[],
): fc.Arbitrary<PolicyLayer> {
  const values = keys.map((key) => [key, anyOf(shape[key] ?? z.never())] as const);
  return fc.record(Object.fromEntries(values), { requiredKeys: [] });
}

const KEYS = POLICY_KEYS.filter((key) => !["branch_prefix", "prices", "people"].includes(key));
const asks = layerOf(LAYER_KEYS, KEYS);

test("whatever is asked for, asking for the operator's own policy again would only loosen what has come of it", () => {
  fc.assert(
    fc.property(asks, asks, (own, wished) => {
      const policy = Policy.parse({ ...DEFAULT_POLICY, ...withoutNull(own) });
      const tightened = tighten(policy, withoutNull(wished)).policy;

      expect(tighten(tightened, policy).policy).toEqual(tightened);
      expect(tighten(tightened, withoutNull(wished)).policy).toEqual(tightened);
    }),
  );
});

function withoutNull(layer: PolicyLayer): PolicyLayer {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== null));
}
