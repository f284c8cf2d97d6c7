import { ADVICE } from "../advice.ts";
import type { Reason } from "../grade.ts";
import type { Proposal } from "../learning/proposal.ts";
import { percent } from "./percentile.ts";
import type { Metrics, SkillsMetrics } from "./skills-metrics.ts";

/** What to do about one reason that keeps coming back. */
type Action = {
  reason: string;
  priority: "high" | "medium";
  trigger: string;
  recommendation: string;
  acceptance_check: string;
  proposals: string[];
};

export type SkillsFeedback = {
  version: "agentpr.skills_feedback.v1";
  generated_at: string;
  input_summary: {
    attempts: number;
    runs: number;
    min_samples: number;
    grades: Readonly<Record<string, number>>;
    pass_rate_pct: number | null;
  };
  top_reasons: Metrics["failures"];
  /** Skills, prompt versions and models with enough samples that pass less than three times in five. */
  low_pass: { kind: "skill" | "prompt" | "model"; name: string; attempts: number; pass_rate_pct: number }[];
  actions: Action[];
  /** Written down as proposals, each with its id. */
  proposals: (Pick<Proposal, "title" | "expected"> & { id: string; status: string })[];
  metrics: SkillsMetrics;
};

const LOW_PCT = 60;
const OFTEN_PCT = 20;

export type Noted = { id: string; status: string; proposal: Proposal };

export function skillsFeedback(
  metrics: SkillsMetrics,
  { minSamples, noted }: { minSamples: number; noted: readonly Noted[] },
): SkillsFeedback {
  const { all } = metrics;
  const frequent = all.failures.filter(({ count }) => count >= minSamples);
  return {
    version: "agentpr.skills_feedback.v1",
    generated_at: metrics.generated_at,
    input_summary: {
      ...{ attempts: all.attempts, runs: all.runs, min_samples: minSamples },
      ...{ grades: all.grades, pass_rate_pct: all.pass_rate_pct },
    },
    top_reasons: all.failures,
    low_pass: (["skill", "prompt", "model"] as const).flatMap((kind) =>
      metrics[`per_${kind}`].flatMap(({ name, attempts, pass_rate_pct: rate }) =>
        attempts >= minSamples && rate !== null && rate < LOW_PCT
          ? [{ kind, name, attempts, pass_rate_pct: rate }]
          : [],
      ),
    ),
    actions: frequent.map((failure) => actionFor(failure, all.attempts, noted)),
    proposals: noted.map(({ id, status, proposal: { title, expected } }) => ({
      id,
      status,
      title,
      expected,
    })),
    metrics,
  };
}

function actionFor(
  { reason, count }: Metrics["failures"][number],
  attempts: number,
  noted: readonly Noted[],
): Action {
  const share = percent(count, attempts) ?? 0;
  return {
    reason,
    priority: share >= OFTEN_PCT ? "high" : "medium",
    trigger: `${count} of ${attempts} attempts (${share} %)`,
    recommendation: ADVICE[reason as Reason].todo,
    acceptance_check: `less than ${share} % of the next ${attempts} attempts end so`,
    proposals: noted.filter(({ proposal }) => proposal.reason === reason).map(({ id }) => id),
  };
}

/** The same for a person. */
export function feedbackMarkdown(feedback: SkillsFeedback): string {
  const { input_summary: input, top_reasons, low_pass, actions, proposals } = feedback;
  return [
    `# What ${input.attempts} attempts say`,
    "",
    `${input.runs} runs, ${input.pass_rate_pct ?? 0} % of the attempts passed. ${feedback.generated_at}.`,
    ...list(
      "Why the others did not",
      top_reasons.map(({ reason, count, means }) => `${count} × \`${reason}\`: ${means}`),
    ),
    ...list("Passes less than three times in five", low_pass.map(lowWords)),
    ...list(
      "What a person can do",
      actions.map(({ reason, trigger, recommendation }) => `\`${reason}\`, ${trigger}: ${recommendation}`),
    ),
    ...list(
      "Proposals",
      proposals.map(({ id, status, title, expected }) => `\`${id}\` (${status}): ${title}; ${expected}`),
    ),
    "",
  ].join("\n");
}

function lowWords({ kind, name, attempts, pass_rate_pct: rate }: SkillsFeedback["low_pass"][number]): string {
  return `${kind} ${name}: ${rate} % of ${attempts}`;
}

function list(title: string, items: readonly string[]): string[] {
  return ["", `## ${title}`, "", ...(items.length === 0 ? ["Nothing."] : items.map((item) => `- ${item}`))];
}
