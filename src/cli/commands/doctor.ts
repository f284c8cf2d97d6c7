import { type Command, Option } from "commander";
import { EXIT } from "../../core/problem.ts";
import type { Profile } from "../doctor/profiles.ts";
import type { Report } from "../doctor/run-checks.ts";
import { paint } from "../paint.ts";
import { optionsOf } from "../program.ts";

type Options = { profile: Profile; requireCodex?: boolean };

export function defineDoctor(command: Command): void {
  command
    .option("--require-codex", "Codex, model credentials and the box must be there, else it is a failure")
    .addOption(
      new Option("--profile <process>", "what is to run here")
        .choices(["app", "runner", "all"])
        .default("all"),
    )
    .action(async () => {
      const { profile, requireCodex = false, json = false, ...options } = optionsOf<Options>(command);
      const { checksOf } = await import("../doctor/profiles.ts");
      const { runChecks } = await import("../doctor/run-checks.ts");
      const { settingsSource } = await import("../sources.ts");
      const report = await runChecks(checksOf({ profile, source: settingsSource(options), requireCodex }));
      process.stdout.write(`${json ? JSON.stringify(report) : asText(report)}\n`);
      process.exitCode = report.ok ? EXIT.done : EXIT.environment;
    });
}

const STYLES = { ok: "green", warning: "yellow", failure: "red" } as const;

function asText({ ok, checks }: Report): string {
  const lines = checks.flatMap(({ name, verdict, why, remedy }) => [
    `${paint(STYLES[verdict], verdict.padEnd(7))}  ${name.padEnd(12)}  ${why}`,
    ...(remedy === null ? [] : [`${" ".repeat(23)}do: ${remedy}`]),
  ]);
  return [...lines, "", ok ? "agentpr can run here." : "agentpr cannot run here yet."].join("\n");
}
