import { z } from "zod";
import { choice, whole, yesNo } from "./policy-key.ts";

const BoxLimits = z.strictObject({
  memory_mb: whole(
    [256, 1_048_576],
    4_096,
    "Private memory of each process in MiB, so that a hog ends alone",
  ),
  processes: whole([16, 100_000], 512, "Processes and threads in one box, so that a fork bomb stays in it"),
  file_mb: whole([16, 1_048_576], 2_048, "Largest file in MiB, so that one file cannot fill the disk"),
  open_files: whole([64, 1_048_576], 4_096, "Open files of each process"),
  cpu_seconds: whole([10, 604_800], 3_600, "Processor time of each process, so that a spinning one ends"),
});
export type BoxLimitKeys = z.infer<typeof BoxLimits>;

const DAY = 86_400;

/** How Codex is run: what it may do, what holds it, and for how long. */
export const WORKER_KEYS = {
  codex_sandbox: choice(
    ["danger-full-access", "workspace-write", "read-only"],
    "danger-full-access",
    "Codex's own sandbox, inside the box; anything but the default keeps it from installing what tests need",
  ),
  codex_model: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe("The model; null leaves it to the provider's setting"),
  isolation: choice(
    ["box", "container", "none"],
    "box",
    "What holds Codex: the box, the runner's own container, or nothing (needs AGENTPR_ALLOW_UNBOXED=1)",
  ),
  box_network: choice(
    ["full", "provider"],
    "full",
    "The network inside the box; provider: nothing but the model's endpoint",
  ),
  box_limits: BoxLimits.prefault({}).describe("Resources of everything that runs in a box"),
  skills_mode: choice(
    ["off", "agentpr", "agentpr_autonomous"],
    "off",
    "Skills: none, one stage at a time in our order, or all at once in the worker's own order",
  ),
  repository_instructions: yesNo(
    false,
    "The target's own AGENTS.md and skills reach the prompt; they are other people's words",
  ),
  max_agent_seconds: whole([0, DAY], 900, "Longest time for one run of Codex; 0: no limit"),
  silence_seconds: whole([1, DAY], 300, "Longest time without a sign of life, so that a hung one is noticed"),
  turn_seconds: whole([0, DAY], 900, "Longest turn; 0: no limit"),
  agent_history_depth: whole([1, 100_000], 50, "Commits of history that the agent sees"),
};
