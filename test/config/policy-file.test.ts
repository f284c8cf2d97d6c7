import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { loadPolicy } from "../../src/config/policy-file.ts";
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

test("the first implementation's file still loads, and its keys without effect are named", async () => {
  const loaded = await policyOf({
    run_agent_step: {
      codex_sandbox: "danger-full-access",
      skills_mode: "off",
      runtime_grading_mode: "hybrid",
      repo_overrides: { "mem0ai/mem0": { skills_mode: "agentpr", max_agent_seconds: 780 } },
    },
    telegram_bot: { poll_timeout_sec: 30, audit_log_file: "x.jsonl" },
    github_webhook: { max_payload_bytes: 2_048, audit_log_file: "y.jsonl" },
  });

  expect(loaded.policyFor(MEM0)).toMatchObject({ skills_mode: "agentpr", max_agent_seconds: 780 });
  expect(loaded.maxPayloadBytes).toBe(2_048);
  expect(loaded.withoutEffect).toEqual([
    "run_agent_step.runtime_grading_mode",
    "github_webhook.audit_log_file",
    "telegram_bot",
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

test("the shipped policy loads, and nothing in it is without effect", () => {
  const { policyFor, withoutEffect } = loadPolicy(join(PROJECT_ROOT, "policy", "manager_policy.json"));

  expect(withoutEffect).toEqual([]);
  expect(policyFor(MEM0)).toMatchObject({ max_changed_files: 3, max_added_lines: 45 });
});
