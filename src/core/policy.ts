import { z } from "zod";

const globs = z.array(z.string().min(1)).max(200);
const price = z.number().min(0);

/** What a run may do and how it is judged. Frozen into each job; docs/settings.md explains every key. */
export const Policy = z.strictObject({
  codex_sandbox: z.enum(["danger-full-access", "workspace-write", "read-only"]).default("danger-full-access"),
  codex_model: z.string().nullable().default(null),
  isolation: z.enum(["box", "container", "none"]).default("box"),
  /** full: the host's network; provider: only the model endpoint. */
  box_network: z.enum(["full", "provider"]).default("full"),
  max_agent_seconds: z.number().int().min(0).default(900),
  silence_seconds: z.number().int().min(1).default(300),
  turn_seconds: z.number().int().min(0).default(900),
  max_changed_files: z.number().int().min(0).default(6),
  max_added_lines: z.number().int().min(0).default(120),
  max_patch_bytes: z.number().int().min(0).default(1_000_000),
  max_retryable_attempts: z.number().int().min(0).default(3),
  max_iterations: z.number().int().min(0).default(5),
  min_test_commands: z.number().int().min(0).default(1),
  verify_mode: z.enum(["off", "head", "baseline"]).default("baseline"),
  verify_commands: z.array(z.string().min(1)).max(20).default([]),
  verify_timeout_sec: z.number().int().min(1).default(600),
  verify_dependencies: z.enum(["install", "reuse"]).default("reuse"),
  known_test_failure_allowlist: z.array(z.string()).max(100).default([]),
  protected_paths: globs.default([
    ".github/**",
    ".gitlab-ci.yml",
    ".circleci/**",
    "Jenkinsfile",
    "azure-pipelines.yml",
    "**/CODEOWNERS",
    "**/AGENTS.md",
    ".codex/**",
    ".agents/**",
  ]),
  agent_history_depth: z.number().int().min(1).default(50),
  publish_before_approval: z.enum(["auto", "always", "never"]).default("auto"),
  branch_prefix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*\/$/)
    .default("agentpr/"),
  approve_role: z.enum(["write", "maintain", "admin"]).default("maintain"),
  approval_ttl_minutes: z.number().int().min(1).default(30),
  iteration_extra_files: z.number().int().min(0).default(2),
  draft_pr: z.boolean().default(false),
  ci_settle_sec: z.number().int().min(0).default(60),
  ci_grace_sec: z.number().int().min(0).default(120),
  max_ci_fixes: z.number().int().min(0).default(3),
  repository_instructions: z.boolean().default(false),
  /** US dollars per million tokens, by model. */
  prices: z
    .record(z.string().min(1), z.strictObject({ input: price, cached_input: price, output: price }))
    .default({}),
});
export type Policy = z.infer<typeof Policy>;

export const DEFAULT_POLICY: Policy = Policy.parse({});
