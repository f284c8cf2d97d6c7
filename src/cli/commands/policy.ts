import type { Command } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import { printJson } from "../print-json.ts";
import { optionsOf } from "../program.ts";

export function definePolicy(command: Command): void {
  const check = command
    .command("check")
    .description("Say whether the policy file is usable, and what it sets")
    .option("--file <path>", "another file than the one that is in use");
  check.action(() => checkFile(check));
  const show = command
    .command("show")
    .description("Show the policy in force for a repository, and where each value comes from")
    .requiredOption("--repo <owner/repo>", "the repository")
    .option("--offline", "do not ask GitHub for the repository's own settings");
  show.action(() => showFor(show));
}

async function checkFile(command: Command): Promise<void> {
  const { file, json = false, ...options } = optionsOf<{ file?: string }>(command);
  const { loadPolicy } = await import("../../config/policy-file.ts");
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { checkReport, checkText } = await import("../policy/check-report.ts");
  const named = file === undefined ? {} : { policyFile: file };
  const report = checkReport(
    loadPolicy(loadAppSettings(settingsSource({ ...options, ...named })).policyFile),
  );
  if (json) printJson("agentpr.policy_check.v1", report);
  else process.stdout.write(`${checkText(report)}\n`);
}

async function showFor(command: Command): Promise<void> {
  const {
    repo,
    offline = false,
    json = false,
    ...options
  } = optionsOf<{ repo: string; offline?: boolean }>(command);
  const { parseRepositoryName } = await import("../../core/run.ts");
  const repository = parseRepositoryName(repo) ?? invalid(repo);
  const { explainFor } = await import("../policy/explain-for.ts");
  const { policyText } = await import("../policy/policy-text.ts");
  const shown = await explainFor({ options, repository, offline });
  if (json) printJson("agentpr.policy.v1", { ok: true, ...shown });
  else process.stdout.write(`${policyText(shown)}\n`);
}

function invalid(given: string): never {
  throw new Problem(
    `"${given}" is no repository`,
    "it is not a GitHub owner and a repository name",
    "Name it as --repo owner/repo",
    EXIT.usage,
  );
}
