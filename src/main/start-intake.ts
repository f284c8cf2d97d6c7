import { resolve } from "node:path";
import { loadAppKey } from "../config/app-key.ts";
import { loadPolicy } from "../config/policy-file.ts";
import type { AppSettings } from "../config/settings.ts";
import { Problem } from "../core/problem.ts";
import { startIntakeServer } from "../github/app/intake-server.ts";
import { openLog, openWorld } from "./open-world.ts";
import { openAudit, type Running } from "./start-app.ts";

export type IntakeFlags = {
  host: string;
  port: number;
  path: string;
  secret?: string;
  maxPayloadBytes?: number;
  auditLogFile?: string;
};

/** The intake alone: stores deliveries for an app on the same database to work on. */
export async function startIntake(settings: AppSettings, flags: IntakeFlags): Promise<Running> {
  const secrets = secretsOf(settings, flags);
  const log = openLog(settings.logLevel, "webhook");
  const { githubWebhook } = loadPolicy(settings.policyFile);
  const file = flags.auditLogFile === undefined ? githubWebhook.audit_log_file : resolve(flags.auditLogFile);
  const audit = openAudit(settings, { githubWebhook: { ...githubWebhook, audit_log_file: file } }, { log });
  const { databaseUrl, dataDir } = settings;
  const world = await openWorld({ databaseUrl, key: loadAppKey(dataDir), log });
  const maxPayloadBytes = flags.maxPayloadBytes ?? githubWebhook.max_payload_bytes;
  const server = await startIntakeServer({ ...flags, world, secrets, maxPayloadBytes, audit: audit.write });
  const stop = async () => {
    await server.close();
    await audit.close();
    await world.close();
  };
  return {
    ready: [["webhooks", `http://${flags.host}:${server.port}${flags.path}`]],
    drain: stop,
    stop,
  };
}

function secretsOf({ github }: AppSettings, { secret }: IntakeFlags): string[] {
  const secrets = [secret ?? github.webhookSecret, github.previousWebhookSecret].filter(
    (one) => one !== null,
  );
  if (secrets.length > 0) return secrets;
  throw new Problem(
    "No webhook secret is set",
    "without it nobody could tell GitHub's deliveries from anybody else's",
    "Set WEBHOOK_SECRET in .env to the secret of the App",
  );
}
