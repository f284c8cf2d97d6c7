import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { feedbackMarkdown, type SkillsFeedback } from "../core/statistics/skills-feedback.ts";

export type WrittenFeedback = { report_path: string; markdown_path: string };

/** The feedback as JSON and for a person, among the reports; each file whole or not at all. */
export async function writeFeedback(dataDir: string, feedback: SkillsFeedback): Promise<WrittenFeedback> {
  const folder = join(dataDir, "reports");
  const name = `skills_feedback_${feedback.generated_at.replaceAll(/[-:.]/g, "")}`;
  const report = join(folder, `${name}.json`);
  const markdown = join(folder, `${name}.md`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(report, `${JSON.stringify(feedback, null, 2)}\n`);
  await writeWhole(markdown, feedbackMarkdown(feedback));
  return { report_path: report, markdown_path: markdown };
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text, { mode: 0o600 });
  await rename(`${file}.part`, file);
}
