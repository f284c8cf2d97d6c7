import { choice, whole, words } from "./policy-key.ts";

const PROTECTED = [
  ".github/**",
  ".gitlab-ci.yml",
  ".circleci/**",
  "Jenkinsfile",
  "azure-pipelines.yml",
  "**/CODEOWNERS",
  "**/AGENTS.md",
  ".codex/**",
  ".agents/**",
];

/** What counts as proof that a change is good, and what no change may touch. */
export const EVIDENCE_KEYS = {
  min_test_commands: whole([0, 100], 1, "Test commands that must have run for a PASS"),
  verify_mode: choice(
    ["off", "head", "baseline"],
    "baseline",
    "head: tests run on the candidate only; baseline: on the base too where they fail, so that old failures are told apart",
  ),
  verify_commands: words(
    20,
    [],
    "Test and lint commands; without them the repository's own definition is read",
  ),
  verify_timeout_sec: whole([1, 86_400], 600, "Longest time for one of these commands"),
  verify_dependencies: choice(
    ["install", "reuse"],
    "reuse",
    "reuse: the worker's ignored dependency folders are lent to the checkout; install: what the lock file says",
  ),
  runtime_grading_mode: choice(
    ["rules", "hybrid", "hybrid_llm"],
    "hybrid",
    "rules alone; hybrid: also for repositories without tests; hybrid_llm: a model may settle that question",
  ),
  known_test_failure_allowlist: words(100, [], "Regular expressions for failures that may be there"),
  protected_paths: words(
    400,
    PROTECTED,
    "Globs of paths that no change may touch; a lock file may change only with the manifest that it locks",
  ),
};
