import { type Command, Option } from "commander";
import type { Policy } from "../../core/policy.ts";
import type { PreflightReport } from "../../core/preflight-report.ts";
import { EXIT, Problem } from "../../core/problem.ts";
import type { RepositoryName } from "../../core/run.ts";
import { paint } from "../paint.ts";
import { printJson } from "../print-json.ts";
import { type GlobalOptions, optionsOf } from "../program.ts";

type Options = {
  runId?: string;
  repo?: string;
  base?: string;
  codexSandbox?: Policy["codex_sandbox"];
  skipNetworkCheck?: boolean;
};

export const SANDBOXES = ["danger-full-access", "workspace-write", "read-only"] as const;

export function defineRunPreflight(command: Command): void {
  command
    .option("--run-id <run>", "the run whose repository and base are meant")
    .option("--repo <owner/repo>", "a repository without a run")
    .option("--base <branch>", "its branch; without it, the default branch")
    .addOption(
      new Option("--codex-sandbox <mode>", "another sandbox than the policy's").choices([...SANDBOXES]),
    )
    .option("--skip-network-check", "do not ask the registries of package managers")
    .action(async () => {
      const options = optionsOf<Options>(command);
      const report = await look(options);
      if (options.json) printJson("agentpr.preflight.v1", report);
      else process.stdout.write(`${asText(report)}\n`);
      process.exitCode = report.ok ? EXIT.done : EXIT.refused;
    });
}

async function look(options: Options & GlobalOptions): Promise<PreflightReport> {
  const { loadAppSettings, loadRunnerSettings } = await import("../../config/settings.ts");
  const { loadPolicy } = await import("../../config/policy-file.ts");
  const { settingsSource } = await import("../sources.ts");
  const source = settingsSource(options);
  const app = loadAppSettings(source);
  const { name, branch } = await subject(options, app.databaseUrl);
  const flags = options.codexSandbox === undefined ? {} : { codex_sandbox: options.codexSandbox };
  const { runPreflight } = await import("../../main/run-preflight.ts");
  return runPreflight({
    runner: loadRunnerSettings(source),
    policy: loadPolicy(app.policyFile).policyFor(name, flags),
    repository: name,
    app,
    branch,
    network: options.skipNetworkCheck !== true,
    signal: new AbortController().signal,
  });
}

type Subject = { name: RepositoryName; branch: string | null };

async function subject({ runId, repo, base }: Options, databaseUrl: string): Promise<Subject> {
  if ((runId === undefined) === (repo === undefined))
    throw usage("Name either a run or a repository", "a preflight is about one repository");
  if (runId !== undefined) return runSubject(runId, base, databaseUrl);
  const { parseRepositoryName } = await import("../../core/run.ts");
  const name = parseRepositoryName(repo ?? "");
  if (name === null) throw usage(`"${repo}" is no repository`, "it is not owner/repo");
  return { name, branch: base ?? null };
}

async function runSubject(runId: string, base: string | undefined, databaseUrl: string): Promise<Subject> {
  const { openDatabase } = await import("../open-database.ts");
  const { runIn } = await import("../resolve-run.ts");
  const database = await openDatabase(databaseUrl);
  try {
    const { owner, repo, baseBranch } = await runIn(database, runId);
    return { name: { owner, repo }, branch: base ?? baseBranch };
  } finally {
    await database.close();
  }
}

function usage(what: string, why: string): Problem {
  return new Problem(what, why, "Use --run-id <run>, or --repo owner/repo", EXIT.usage);
}

const STYLES = { ok: "green", warning: "yellow", failure: "red" } as const;

function asText({ ok, checks, duration_ms: ms }: PreflightReport): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map((check) => {
    const verdict = !check.ok ? "failure" : check.warning ? "warning" : "ok";
    return `${paint(STYLES[verdict], verdict.padEnd(7))}  ${check.name.padEnd(width)}  ${check.detail}`;
  });
  const end = ok ? "An attempt could begin here." : "An attempt could not begin here.";
  return [...lines, "", `${end} (${(ms / 1_000).toFixed(1)} s)`].join("\n");
}
