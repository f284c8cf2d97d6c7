import { parse } from "yaml";
import { z } from "zod";

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const Env = z.record(z.string(), Scalar.transform(String));
const Names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

const Step = z.object({
  name: z.string().optional(),
  run: z.string().optional(),
  uses: z.string().optional(),
  if: Scalar.transform(String).optional(),
  env: Env.optional(),
  "working-directory": z.string().optional(),
  "continue-on-error": z.boolean().optional(),
});
export type Step = z.infer<typeof Step>;

const Job = z.object({
  name: z.string().optional(),
  needs: Names.optional(),
  env: Env.optional(),
  steps: z.array(Step).default([]),
});
export type Job = z.infer<typeof Job>;

const Filter = z.object({
  branches: Names.optional(),
  "branches-ignore": Names.optional(),
  tags: Names.optional(),
  types: Names.optional(),
});
export type Filter = z.infer<typeof Filter>;

const On = z.union([
  z.string().transform((name) => ({ [name]: {} })),
  z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, {}]))),
  z.record(z.string(), z.unknown()),
]);

const Workflow = z.object({
  name: z.string().optional(),
  on: On,
  env: Env.optional(),
  jobs: z.record(z.string(), Job),
});
export type Workflow = z.infer<typeof Workflow>;

export type ParsedWorkflow = { ok: true; workflow: Workflow } | { ok: false; why: string };

/** Reads a workflow; what this executor does not know of is ignored, what is broken is told. */
export function parseWorkflow(text: string): ParsedWorkflow {
  try {
    const parsed = Workflow.safeParse(parse(text));
    return parsed.success
      ? { ok: true, workflow: parsed.data }
      : { ok: false, why: z.prettifyError(parsed.error) };
  } catch (error) {
    return { ok: false, why: String(error) };
  }
}

export type Occasion = { event: "push" | "pull_request"; type: string | null; branch: string };

const DEFAULT_TYPES = ["opened", "synchronize", "reopened"];

/** Whether the workflow starts on this occasion; `branch` is the pushed one, or a pull request's base. */
export function startsOn(workflow: Workflow, occasion: Occasion): boolean {
  if (!(occasion.event in workflow.on)) return false;
  const filter = Filter.catch({}).parse(workflow.on[occasion.event] ?? {});
  if (occasion.type !== null && !(filter.types ?? DEFAULT_TYPES).includes(occasion.type)) return false;
  if (filter.branches) return matchesAll(filter.branches, occasion.branch);
  if (filter["branches-ignore"]) return !matchesAll(filter["branches-ignore"], occasion.branch);
  return filter.tags === undefined;
}

/** GitHub's filter patterns: later ones win, `!` takes back. */
function matchesAll(patterns: readonly string[], branch: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith("!");
    if (globOf(negative ? pattern.slice(1) : pattern).test(branch)) matched = !negative;
  }
  return matched;
}

function globOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*\*/g, "\0")
    .replace(/\*/g, "[^/]*")
    .replace(/\0/g, ".*");
  return new RegExp(`^${source}$`);
}
