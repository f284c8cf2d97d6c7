import type { Command } from "commander";
import { optionsOf } from "../program.ts";
import { answer, wholeOf } from "../statistics/answer.ts";

type Options = { limit: string; minSamples: string; runId?: string };

export function defineSkillsMetrics(command: Command): void {
  command
    .option("--limit <number>", "the newest so many attempts", "200")
    .option("--run-id <run>", "those of one run")
    .action(async () => {
      const { limit, runId } = optionsOf<Options>(command);
      const recent = { limit: wholeOf(limit, "--limit"), runId };
      const { readSkillsMetrics } = await import("../../reports/learning.ts");
      const { metricsText } = await import("../statistics/learning-text.ts");
      await answer(command, ({ database }) => readSkillsMetrics(database, recent), metricsText);
    });
}

export function defineSkillsFeedback(command: Command): void {
  command
    .option("--limit <number>", "the newest so many attempts", "300")
    .option("--min-samples <number>", "a proposal needs so many attempts that speak for it", "3")
    .option("--run-id <run>", "those of one run")
    .action(async () => {
      const { limit, minSamples, runId } = optionsOf<Options>(command);
      const recent = { limit: wholeOf(limit, "--limit"), runId };
      const least = wholeOf(minSamples, "--min-samples");
      const { makeSkillsFeedback } = await import("../../reports/learning.ts");
      const { writeFeedback } = await import("../../main/write-feedback.ts");
      const { feedbackText } = await import("../statistics/learning-text.ts");
      await answer(
        command,
        async ({ database, settings, by }) => {
          const feedback = await makeSkillsFeedback(database, {
            ...recent,
            minSamples: least,
            by: await by(),
          });
          return { ...feedback, ...(await writeFeedback(settings.dataDir, feedback)) };
        },
        feedbackText,
      );
    });
}
