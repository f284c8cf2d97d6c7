import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { EXIT } from "../../core/problem.ts";
import { printJson } from "../print-json.ts";
import { optionsOf } from "../program.ts";
import { whole } from "../whole-number.ts";

type Summary = {
  auditLogFile?: string;
  sinceMinutes: number;
  maxLines: number;
  failOnRetryableFailures?: number;
  failOnHttp5xxRate?: number;
};

export function defineWebhookAuditSummary(command: Command): void {
  command
    .option("--audit-log-file <file>", "another file than the policy's")
    .option("--since-minutes <number>", "the time that is looked at", whole(1, 525_600), 60)
    .option("--max-lines <number>", "at most so many of the last lines", whole(1, 10_000_000), 5_000)
    .option("--fail-on-retryable-failures <number>", "fail on more than so many", whole(0, 1_000_000))
    .option("--fail-on-http5xx-rate <percent>", "fail on a larger share of 5xx answers", percent)
    .action(() => summarise(command));
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError("It must be a number from 0 to 100.");
}

async function summarise(command: Command): Promise<void> {
  const { auditLogFile, sinceMinutes, maxLines, json = false, ...options } = optionsOf<Summary>(command);
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { loadPolicy } = await import("../../config/policy-file.ts");
  const { settingsSource } = await import("../sources.ts");
  const { summariseAudit } = await import("../../core/audit-summary.ts");
  const { readLastLines } = await import("../last-lines.ts");
  const { dataDir, policyFile } = loadAppSettings(settingsSource(options));
  const usual = () => resolve(dataDir, "reports", loadPolicy(policyFile).githubWebhook.audit_log_file);
  const file = auditLogFile === undefined ? usual() : resolve(auditLogFile);
  const to = new Date();
  const from = new Date(to.getTime() - sinceMinutes * 60_000);
  const thresholds = {
    failOnRetryable: options.failOnRetryableFailures ?? null,
    failOn5xxRate: options.failOnHttp5xxRate ?? null,
  };
  const summary = summariseAudit(await readLastLines(file, maxLines), { from, to }, thresholds);
  const shown = { ...summary, audit_log_file: file, since_minutes: sinceMinutes, max_lines: maxLines };
  process.exitCode = summary.ok ? EXIT.done : EXIT.refused;
  if (json) printJson("agentpr.webhook_audit.v1", shown);
  else process.stdout.write(`${asText(shown)}\n`);
}

type Shown = Awaited<ReturnType<typeof import("../../core/audit-summary.ts")["summariseAudit"]>>;

function asText(summary: Shown & { since_minutes: number }): string {
  const outcomes = Object.entries(summary.outcome_counts).map(([text, count]) => `  ${count}  ${text}`);
  return [
    `${summary.considered_entries} requests in ${summary.since_minutes} minutes, ${summary.http_5xx_rate_pct} % of them answered with 5xx`,
    ...outcomes,
    ...summary.alerts.map((alert) => `alert: ${alert}`),
  ].join("\n");
}

/** GitHub offers a delivery again for three days; what is forgotten earlier would be taken in twice. */
const LEAST_DAYS = 4;

export function defineCleanupWebhookDeliveries(command: Command): void {
  command
    .addOption(new Option("--source <name>", "whose webhooks").choices(["github"]).default("github"))
    .option("--keep-days <number>", "how long they are remembered", whole(LEAST_DAYS, 36_500), 30)
    .action(() => cleanUp(command));
}

async function cleanUp(command: Command): Promise<void> {
  const {
    source,
    keepDays,
    json = false,
    ...options
  } = optionsOf<{ source: string; keepDays: number }>(command);
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { forgetDeliveries } = await import("../../database/inbox.ts");
  const database = await openDatabase(loadAppSettings(settingsSource(options)).databaseUrl);
  try {
    const deleted = await forgetDeliveries(database, keepDays * 86_400_000);
    const shown = { ok: true, source, keep_days: keepDays, deleted };
    const text = `${deleted} deliveries forgotten that were processed more than ${keepDays} days ago`;
    if (json) printJson("agentpr.cleanup.v1", shown);
    else process.stdout.write(`${text}\n`);
  } finally {
    await database.close();
  }
}
