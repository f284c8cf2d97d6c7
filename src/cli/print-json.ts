/** Every shape that `--json` prints; docs/json.md says which commands print it and what it holds. */
export const SHAPES = [
  "agentpr.reply.v1",
  "agentpr.replies.v1",
  "agentpr.failure.v1",
  "agentpr.follow.v1",
  "agentpr.global_stats.v1",
  "agentpr.run_bottlenecks.v1",
  "agentpr.skills_metrics.v1",
  "agentpr.skills_feedback.v1",
  "agentpr.proposals.v1",
  "agentpr.proposal_view.v1",
  "agentpr.verdict.v1",
  "agentpr.doctor.v1",
  "agentpr.ready.v1",
  "agentpr.policy_check.v1",
  "agentpr.policy.v1",
  "agentpr.preflight.v1",
  "agentpr.agent_step.v1",
  "agentpr.manager_tick.v1",
  "agentpr.sync.v1",
  "agentpr.bot_session.v1",
  "agentpr.webhook_audit.v1",
  "agentpr.cleanup.v1",
  "agentpr.completion.v1",
  "agentpr.demo.v1",
] as const;
export type Shape = (typeof SHAPES)[number];

/** One object on one line of stdout, with the name of its shape first. */
export function printJson(version: Shape, fields: object): void {
  process.stdout.write(`${jsonOf(version, fields)}\n`);
}

export function jsonOf(version: Shape, fields: object): string {
  return JSON.stringify({ version, ...fields });
}
