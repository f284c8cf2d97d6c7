import { type Command, InvalidArgumentError } from "commander";
import type { IntakeFlags } from "../../main/start-intake.ts";
import { requireHealth } from "../doctor/require-health.ts";
import { optionsOf } from "../program.ts";
import { serveUntilStopped } from "../serve-until-stopped.ts";
import { whole } from "../whole-number.ts";

export function defineRunGithubWebhook(command: Command): void {
  command
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <number>", "port to listen on", whole(0, 65_535), 8_787)
    .option("--path <path>", "path of the webhooks", path, "/github/webhook")
    .option("--secret <text>", "webhook secret; WEBHOOK_SECRET keeps it out of the process list")
    .option("--max-payload-bytes <number>", "largest webhook that is read", whole(1_024, 26_214_400))
    .option("--audit-log-file <file>", "where every request leaves a line")
    .action(async () => {
      const { loadAppSettings } = await import("../../config/settings.ts");
      const { settingsSource } = await import("../sources.ts");
      const { requireFreePort } = await import("../require-free-port.ts");
      const { openDatabase } = await import("../open-database.ts");
      const { startIntake } = await import("../../main/start-intake.ts");
      const {
        host,
        port,
        path: at,
        secret,
        maxPayloadBytes,
        auditLogFile,
        ...source
      } = optionsOf<IntakeFlags>(command);
      const settings = loadAppSettings(settingsSource(source));
      await requireHealth(command, "webhook", secret === undefined ? {} : { WEBHOOK_SECRET: secret });
      await (await openDatabase(settings.databaseUrl)).close();
      await requireFreePort(host, port);
      const given = {
        ...(secret === undefined ? {} : { secret }),
        ...(maxPayloadBytes === undefined ? {} : { maxPayloadBytes }),
        ...(auditLogFile === undefined ? {} : { auditLogFile }),
      };
      await serveUntilStopped(command, [await startIntake(settings, { host, port, path: at, ...given })]);
    });
}

function path(text: string): string {
  if (/^\/[\w./-]*$/.test(text)) return text;
  throw new InvalidArgumentError("It must begin with / and hold letters, digits, - _ . and / only.");
}
