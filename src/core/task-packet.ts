import type { AttemptReport } from "./attempt.ts";
import type { Contract } from "./contract.ts";
import type { Demands } from "./history.ts";
import { TaskPacket } from "./packet.ts";
import type { BudgetLeft } from "./packet-budget.ts";
import { cleanPacket } from "./packet-cleaning.ts";
import type { Policy } from "./policy.ts";
import { planReviews } from "./review-plan.ts";
import type { Run } from "./run.ts";
import { type Triage, triageByRules } from "./triage.ts";
import type { UserPacket } from "./user-packet.ts";

export type PacketFacts = {
  run: Run;
  attempt: number;
  demands: Demands;
  /** Why the last attempt did not pass. */
  failed: readonly string[];
  policy: Policy;
  /** Of this run's attempts, oldest first. */
  reports: readonly AttemptReport[];
  /** How the reviews were sorted; the rules do it where nobody else has. */
  triage?: Triage;
  now: number;
};

/** All that the app knows for an attempt, cleaned of what nobody sees and cut to size; the runner adds the repository. */
export function taskPacket(facts: PacketFacts): TaskPacket {
  const { run, attempt, demands, failed, policy, reports, now } = facts;
  const { packet: added, ...request } = run.request;
  const plan = planReviews(demands.feedback, facts.triage ?? triageByRules(demands.feedback));
  const packet = TaskPacket.parse({
    version: "agentpr.task_packet.v2",
    createdAt: new Date(now).toISOString(),
    run: {
      id: run.id,
      owner: run.owner,
      repo: run.repo,
      attempt,
      purpose: run.prOpen ? "iterate" : "execute",
      state: run.state,
      mode: run.mode,
      promptVersion: run.promptVersion,
    },
    request,
    failures: demands.failures,
    feedback: plan.feedback,
    threads: plan.threads,
    answersOnly: plan.questionsOnly && !wantsMore(demands),
    instructions: [...(added?.instructions ?? []), ...demands.instructions, ...failed],
    acceptanceCriteria: added?.acceptance_criteria,
    constraints: added?.constraints,
    references: added?.references,
    testCommands: added?.test_commands,
    lintCommands: added?.lint_commands,
    budget: {
      maxChangedFiles: policy.max_changed_files,
      maxAddedLines: policy.max_added_lines,
      maxAgentSeconds: policy.max_agent_seconds,
      left: budgetLeft(facts),
    },
    policy: {
      codexSandbox: policy.codex_sandbox,
      allowAgentPush: false,
      protectedPaths: policy.protected_paths,
    },
    contract: contractInForce(reports),
  });
  return cleanPacket(packet);
}

/** Something else than reviews is to be seen to as well. */
function wantsMore({ failures, instructions, baseMoved }: Demands): boolean {
  return failures.length > 0 || instructions.length > 0 || baseMoved;
}

/** A packet with what a person adds to this one attempt. */
export function withUserPacket(packet: TaskPacket, added: UserPacket): TaskPacket {
  return cleanPacket({
    ...packet,
    request: { ...packet.request, title: added.title ?? packet.request.title },
    instructions: [...packet.instructions, ...added.instructions],
    acceptanceCriteria: [...packet.acceptanceCriteria, ...added.acceptance_criteria],
    constraints: [...packet.constraints, ...added.constraints],
    references: [...packet.references, ...added.references],
    testCommands: [...packet.testCommands, ...added.test_commands],
    lintCommands: [...packet.lintCommands, ...added.lint_commands],
  });
}

/** Tokens and money are known once they are reserved, when the attempt is asked for. */
function budgetLeft({ run, policy, reports }: PacketFacts): BudgetLeft {
  const spent = reports.map(({ evidence: { usage } }) => usage.inputTokens + usage.outputTokens);
  return {
    attempts: left(policy.max_retryable_attempts, run.failedInRow),
    iterations: left(policy.max_iterations, run.iterations),
    tokens: null,
    costUsd: null,
    tokensSpent: spent.reduce((sum, tokens) => sum + tokens, 0),
  };
}

/** In the policy's words 0 is no limit. */
function left(most: number, used: number): number | null {
  return most === 0 ? null : Math.max(0, most - used);
}

/** The newest contract that said to go on. */
function contractInForce(reports: readonly AttemptReport[]): Contract | null {
  const made = reports.flatMap(({ contract }) => (contract?.kind === "valid" ? [contract.contract] : []));
  return made.findLast(({ decision }) => decision === "proceed") ?? null;
}
