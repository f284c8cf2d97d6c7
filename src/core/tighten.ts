import { POLICY_KEYS, Policy, type PolicyKey } from "./policy.ts";
import type { PolicyLayer } from "./policy-layer.ts";
import {
  adding,
  type Direction,
  greater,
  less,
  lessButNone,
  operators,
  parts,
  removing,
  towards,
} from "./strictness.ts";

const spending = { tokens: lessButNone, cost_usd: lessButNone };

/** What a target repository may do to each key of the policy: make it stricter, or nothing. */
export const DIRECTIONS: { readonly [K in PolicyKey]: Direction<Policy[K]> } = {
  codex_sandbox: towards("danger-full-access", "workspace-write", "read-only"),
  codex_model: operators,
  isolation: towards("none", "container", "box"),
  box_network: towards("full", "provider"),
  box_limits: parts({ memory_mb: less, processes: less, file_mb: less, open_files: less, cpu_seconds: less }),
  skills_mode: operators,
  repository_instructions: towards(true, false),
  max_agent_seconds: lessButNone,
  silence_seconds: less,
  turn_seconds: lessButNone,
  agent_history_depth: less,
  max_changed_files: lessButNone,
  max_added_lines: lessButNone,
  max_patch_bytes: lessButNone,
  max_retryable_attempts: lessButNone,
  max_iterations: lessButNone,
  limits: parts({
    run: parts({ wall_minutes: lessButNone, ...spending }),
    repository_day: parts(spending),
    day: operators,
  }),
  prices: operators,
  artifact_cap: operators,
  retention: operators,
  success_event_stream_sample_pct: operators,
  min_test_commands: greater,
  // Without a base to compare with, every failure counts against the change.
  verify_mode: towards("off", "baseline", "head"),
  verify_commands: operators,
  verify_timeout_sec: less,
  verify_dependencies: towards("reuse", "install"),
  runtime_grading_mode: towards("hybrid_llm", "hybrid", "rules"),
  known_test_failure_allowlist: removing,
  protected_paths: adding,
  respect_ai_refusal: towards(false, true),
  publish_before_approval: towards("always", "auto", "never"),
  branch_prefix: operators,
  approve_role: towards("write", "maintain", "admin"),
  approval_ttl_minutes: less,
  distinct_approver: towards(false, true),
  approve_iterations: towards(false, true),
  iteration_extra_files: less,
  people: operators,
  draft_pr: towards(false, true),
  pr_labels: adding,
  commit_trailers: adding,
  ci_settle_sec: greater,
  ci_grace_sec: greater,
  max_ci_fixes: lessButNone,
  rerun_flakes: towards(true, false),
  objections: towards("note", "pause", "close"),
  review_silence: operators,
  feedback_wait_minutes: greater,
  feedback_silence: towards("fix", "leave"),
  quiet_hours: operators,
};

export type Tightened = {
  policy: Policy;
  /** What was asked for and is looser than what holds, in words. */
  refused: string[];
};

/** The policy with what a repository asks for on top, as far as that is as strict or stricter. */
export function tighten(policy: Policy, asks: PolicyLayer): Tightened {
  return POLICY_KEYS.filter((key) => asks[key] !== undefined).reduce<Tightened>(
    (made, key) => tightenOne(made, key, asks[key]),
    { policy, refused: [] },
  );
}

function tightenOne({ policy, refused }: Tightened, key: PolicyKey, asked: unknown): Tightened {
  const answer = (DIRECTIONS[key] as Direction<unknown>)(policy[key], asked);
  const wish = Policy.safeParse({ ...policy, [key]: answer.value });
  const words = answer.refused.map(({ at, why }) => `${key}${at}: ${why}`);
  // Lists that are each short enough may be too long together.
  if (!wish.success)
    return { policy, refused: [...refused, `${key}: too much together with the policy's own`] };
  return { policy: wish.data, refused: [...refused, ...words] };
}
