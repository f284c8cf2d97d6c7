import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { loadPolicy } from "../../src/config/policy-file.ts";
import { policyJsonSchema } from "../../src/config/policy-schema.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { Problem } from "../../src/core/problem.ts";

let folder = "";
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpr-policy-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function policyOf(content: unknown) {
  count += 1;
  const file = join(folder, `${count}.json`);
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return loadPolicy(file);
}

function numbered(from: number): string[] {
  return Array.from({ length: 100 }, (_, index) => `failure ${from + index}`);
}

const MEM0 = { owner: "mem0ai", repo: "mem0" };

test("without a file every default is in force", () => {
  expect(loadPolicy(join(folder, "absent.json")).policyFor(MEM0)).toEqual(DEFAULT_POLICY);
});

test("flag, then owner/repo, then bare repo, then the file, then the default", async () => {
  const { policyFor } = await policyOf({
    run_agent_step: {
      max_changed_files: 1,
      max_added_lines: 1,
      max_iterations: 1,
      min_test_commands: 1,
      repo_overrides: {
        mem0: { max_changed_files: 2, max_added_lines: 2, max_iterations: 2 },
        "Mem0AI/mem0": { max_changed_files: 3, max_added_lines: 3 },
      },
    },
  });

  expect(policyFor(MEM0, { max_changed_files: 4 })).toEqual({
    ...DEFAULT_POLICY,
    max_changed_files: 4,
    max_added_lines: 3,
    max_iterations: 2,
    min_test_commands: 1,
  });
  expect(policyFor({ owner: "else", repo: "where" }).max_added_lines).toBe(1);
});

test("an override leaves alone what it does not name", async () => {
  const { policyFor } = await policyOf({
    run_agent_step: { draft_pr: true, repo_overrides: { mem0: { max_changed_files: 2 } } },
  });

  expect(policyFor(MEM0)).toMatchObject({ draft_pr: true, max_changed_files: 2 });
});

test("lists of known failures grow from layer to layer, and groups are overridden key by key", async () => {
  const { policyFor } = await policyOf({
    run_agent_step: {
      known_test_failure_allowlist: ["a", " b "],
      limits: { day: { cost_usd: 50 }, run: { tokens: 9 } },
      prices: { "model-1": { input: 1, cached_input: 0.1, output: 8 } },
      repo_overrides: {
        mem0: { known_test_failure_allowlist: ["c", "a"], limits: { run: { cost_usd: 3 } } },
        "mem0ai/mem0": { known_test_failure_allowlist: ["d"], people: { ada: { github: ["ada"] } } },
      },
    },
  });

  const policy = policyFor(MEM0);
  expect(policy.known_test_failure_allowlist).toEqual(["a", "b", "c", "d"]);
  expect(policy.limits).toEqual({
    run: { wall_minutes: 240, tokens: 9, cost_usd: 3 },
    repository_day: { tokens: 0, cost_usd: 0 },
    day: { tokens: 0, cost_usd: 50 },
  });
  expect(policy.prices["model-1"]?.output).toBe(8);
  expect(policy.people).toEqual({ ada: { github: ["ada"], telegram: [], unix: [] } });
});

test("every key may stand for one repository", async () => {
  const { policyFor } = await policyOf({ run_agent_step: { repo_overrides: { mem0: DEFAULT_POLICY } } });

  expect(policyFor(MEM0)).toEqual(DEFAULT_POLICY);
});

test("where every value comes from is told", async () => {
  const { explain } = await policyOf({
    run_agent_step: {
      max_changed_files: 1,
      known_test_failure_allowlist: ["a"],
      limits: { day: { tokens: 5 } },
      repo_overrides: {
        mem0: { max_added_lines: 2, max_iterations: 2, known_test_failure_allowlist: ["b"] },
        "mem0ai/mem0": { max_iterations: 3, limits: { run: { tokens: 4 } } },
      },
    },
  });

  const { values } = explain(MEM0, { draft_pr: true });
  const told = Object.fromEntries(values.map(({ key, value, from }) => [key, [value, ...from]]));
  expect(told).toMatchObject({
    max_changed_files: [1, "file"],
    max_added_lines: [2, "override mem0"],
    max_iterations: [3, "override mem0ai/mem0"],
    known_test_failure_allowlist: [["a", "b"], "file", "override mem0"],
    "limits.day.tokens": [5, "file"],
    "limits.run.tokens": [4, "override mem0ai/mem0"],
    "limits.run.wall_minutes": [240, "default"],
    draft_pr: [true, "flag"],
    min_test_commands: [1, "default"],
    quiet_hours: [null, "default"],
  });
});

test("the first implementation's file still loads, and its keys without effect are named", async () => {
  const loaded = await policyOf({
    run_agent_step: {
      codex_sandbox: "danger-full-access",
      skills_mode: "off",
      runtime_grading_mode: "hybrid",
      success_state: "EXECUTING",
      repo_overrides: { "mem0ai/mem0": { on_retryable_state: "FAILED", max_agent_seconds: 780 } },
    },
    telegram_bot: { poll_timeout_sec: 31, audit_log_file: "orchestrator/data/reports/x.jsonl" },
    github_webhook: { max_payload_bytes: 2_048, audit_log_file: "y.jsonl" },
  });

  expect(loaded.policyFor(MEM0)).toMatchObject({ skills_mode: "off", max_agent_seconds: 780 });
  expect(loaded.githubWebhook).toMatchObject({ max_payload_bytes: 2_048, audit_log_file: "y.jsonl" });
  expect(loaded.telegramBot).toMatchObject({
    poll_timeout_sec: 31,
    list_limit: 20,
    audit_log_file: "x.jsonl",
  });
  expect(loaded.withoutEffect).toEqual([
    "run_agent_step.success_state",
    "repo_overrides.mem0ai/mem0.on_retryable_state",
  ]);
});

test.each([
  [
    "a key that is not known",
    { run_agent_step: { max_changd_files: 1 } },
    'did you mean "max_changed_files"?',
  ],
  ["a section that is not known", { run_agent_stp: {} }, 'did you mean "run_agent_step"?'],
  [
    "an unknown key of an override",
    { run_agent_step: { repo_overrides: { mem0: { draft: true } } } },
    'run_agent_step.repo_overrides.mem0 has the unknown key "draft"',
  ],
  [
    "an unknown key in a group",
    { run_agent_step: { repo_overrides: { mem0: { limits: { day: { token: 1 } } } } } },
    'did you mean "tokens"?',
  ],
  ["an unknown key of a section", { telegram_bot: { list_limits: 1 } }, 'did you mean "list_limit"?'],
  [
    "an unknown key of a person",
    { run_agent_step: { people: { ada: { githb: ["ada"] } } } },
    'did you mean "github"?',
  ],
  ["a price without its parts", { run_agent_step: { prices: { m: { input: -1 } } } }, "prices.m.input"],
  [
    "an hour that is none",
    { run_agent_step: { quiet_hours: { from: "25:00", to: "07:00", timezone: "UTC" } } },
    "22:00",
  ],
  [
    "a time zone that is none",
    { run_agent_step: { quiet_hours: { from: "22:00", to: "07:00", timezone: "Mars" } } },
    "Europe/Zurich",
  ],
  [
    "an audit file elsewhere",
    { github_webhook: { audit_log_file: "../x" } },
    "must stay in the reports folder",
  ],
  [
    "lists that are too long together",
    {
      run_agent_step: {
        known_test_failure_allowlist: numbered(0),
        repo_overrides: { mem0: { known_test_failure_allowlist: numbered(100) } },
      },
    },
    "do not go together",
  ],
  ["a value out of range", { run_agent_step: { max_changed_files: -1 } }, "run_agent_step.max_changed_files"],
  [
    "a value of the wrong kind",
    { run_agent_step: { codex_sandbox: "none" } },
    "run_agent_step.codex_sandbox",
  ],
  [
    "a pattern that is none",
    { run_agent_step: { known_test_failure_allowlist: ["("] } },
    "Invalid regular expression",
  ],
  ["no JSON", "{ nonsense", "it is not JSON"],
  ["no object", "[]", "the file"],
])("%s is refused with its place", async (_title, content, words) => {
  const problem = await policyOf(content).then(
    () => null,
    (error: unknown) => error,
  );

  expect(problem).toBeInstanceOf(Problem);
  expect((problem as Problem).why).toContain(words);
});

test("the shipped policy loads with the values of the first implementation, and nothing in it is without effect", () => {
  const loaded = loadPolicy(join(PROJECT_ROOT, "policy", "manager_policy.json"));

  expect(loaded.withoutEffect).toEqual([]);
  expect(loaded.policyFor({ owner: "else", repo: "where" })).toEqual(DEFAULT_POLICY);
  expect(loaded.policyFor(MEM0)).toMatchObject({
    skills_mode: "agentpr",
    max_agent_seconds: 780,
    max_changed_files: 3,
    max_added_lines: 45,
    max_retryable_attempts: 2,
    min_test_commands: 2,
    success_event_stream_sample_pct: 8,
  });
  const dexter = loaded.policyFor({ owner: "virattt", repo: "dexter" });
  expect(dexter).toMatchObject({ max_changed_files: 4, max_added_lines: 70, max_agent_seconds: 780 });
  expect(dexter.known_test_failure_allowlist).toHaveLength(2);
});

test("every key of the schema for editors says why it is there, and most say what they are by default", () => {
  const undescribed = keysOf(policyJsonSchema()).filter(
    ({ path, schema }) => !path.includes("$schema") && !schema.deprecated && !schema.description,
  );

  expect(undescribed.map(({ path }) => path.join("."))).toEqual([]);
});

type Node = { properties?: Record<string, Node>; deprecated?: boolean; description?: string };

function keysOf(schema: Node, at: string[] = []): { path: string[]; schema: Node }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    ...(at.length === 0 ? [] : [{ path: [...at, key], schema: inner }]),
    ...keysOf(inner, [...at, key]),
  ]);
}
