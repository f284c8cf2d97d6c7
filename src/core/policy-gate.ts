import { z } from "zod";
import { choice, whole, words, yesNo } from "./policy-key.ts";

const names = z.array(z.string().trim().min(1).max(100)).max(20).default([]);

const Person = z.strictObject({
  github: names.describe("Logins on GitHub"),
  telegram: z.array(z.number().int()).max(20).default([]).describe("Numbers of Telegram users"),
  unix: names.describe("Names of accounts on machines where agentpr is run"),
});

/** Who takes contributions, who publishes what, and who says yes to it. */
export const GATE_KEYS = {
  respect_ai_refusal: yesNo(
    true,
    "Stop before Codex runs where the target's documents refuse machines; false only after its maintainers agreed",
  ),
  publish_before_approval: choice(
    ["auto", "always", "never"],
    "auto",
    "Push the branch before a person has approved; auto: only where that starts no workflow",
  ),
  branch_prefix: z
    .string()
    .max(60)
    .regex(/^[a-z0-9][a-z0-9._-]*\/$/)
    .default("agentpr/")
    .describe("Branches of runs begin with it, so that maintainers can tell them apart"),
  approve_role: choice(
    ["write", "maintain", "admin"],
    "maintain",
    "Least role on GitHub that may confirm a pull request",
  ),
  approval_ttl_minutes: whole([1, 10_080], 30, "How long a request waits for its confirmation"),
  distinct_approver: yesNo(
    false,
    "The person who confirms must be another one than the person who requested",
  ),
  approve_iterations: yesNo(false, "Every later push asks for an approval as well"),
  iteration_extra_files: whole([0, 1_000], 2, "Files that a later push may touch beyond the approved ones"),
  people: z
    .record(z.string().min(1).max(100), Person)
    .default({})
    .describe("Who is the same person on GitHub, on Telegram and on the machine"),
  draft_pr: yesNo(false, "Open pull requests as drafts, to be marked ready when their checks pass"),
  pr_labels: words(20, [], "Labels that pull requests carry where the app is installed"),
  commit_trailers: words(
    10,
    [],
    "Trailers that every commit carries, such as Assisted-by: Codex or Co-authored-by: a name and an address",
  ),
};
