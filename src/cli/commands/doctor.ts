import { type Command, Option } from "commander";
import { EXIT } from "../../core/problem.ts";
import { PROFILES, type Profile } from "../doctor/check.ts";
import type { Report } from "../doctor/run-checks.ts";
import { paint } from "../paint.ts";
import { printJson } from "../print-json.ts";
import { optionsOf } from "../program.ts";

type Options = { profile: Profile; requireCodex?: boolean; fix?: boolean; skipNetworkCheck?: boolean };

export function defineDoctor(command: Command): void {
  command
    .option("--require-codex", "Codex, model credentials and the box must be there, else it is a failure")
    .addOption(new Option("--profile <process>", "what is to run here").choices([...PROFILES]).default("all"))
    .option("--fix", "mend what can be mended without losing or revealing anything")
    .option("--skip-network-check", "ask nobody else: neither GitHub nor a model nor a registry")
    .action(() => examine(command));
}

async function examine(command: Command): Promise<void> {
  const options = optionsOf<Options>(command);
  const { profile, requireCodex = false, fix = false, skipNetworkCheck: quick = false } = options;
  const { checksOf } = await import("../doctor/checks.ts");
  const { mendChecks, runChecks } = await import("../doctor/run-checks.ts");
  const { settingsSource } = await import("../sources.ts");
  const checks = checksOf({ profile, source: settingsSource(options), requireCodex, quick });
  const report = await (fix ? mendChecks : runChecks)(checks);
  if (options.json) printJson("agentpr.doctor.v1", report);
  else process.stdout.write(`${asText(report)}\n`);
  process.exitCode = report.ok ? EXIT.done : EXIT.environment;
}

const STYLES = { ok: "green", warning: "yellow", failure: "red" } as const;

function asText({ ok, checks }: Report): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, verdict, why, remedy, mended }) => [
    `${paint(STYLES[verdict], verdict.padEnd(7))}  ${name.padEnd(width)}  ${mended ? "mended: " : ""}${why}`,
    ...(remedy === null ? [] : [`${" ".repeat(width + 11)}do: ${remedy}`]),
  ]);
  return [...lines, "", ok ? "agentpr can run here." : "agentpr cannot run here yet."].join("\n");
}
