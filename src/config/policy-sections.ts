import { z } from "zod";
import { whole, words } from "../core/policy-key.ts";

const ORIGINAL_FOLDER = /^orchestrator\/data\/reports\//;

/** A file under the data folder's `reports`; the folder of the first implementation means the same. */
function auditFile(name: string, why: string) {
  return z
    .string()
    .min(1)
    .max(200)
    .refine(
      (path) => !path.startsWith("/") && !path.split(/[\\/]/).includes(".."),
      "must stay in the reports folder",
    )
    .transform((path) => path.replace(ORIGINAL_FOLDER, ""))
    .prefault(name)
    .describe(why);
}

export const GithubWebhook = z.strictObject({
  max_payload_bytes: whole(
    [1_024, 26_214_400],
    1_048_576,
    "The largest webhook that is read; larger ones are refused",
  ),
  audit_log_file: auditFile(
    "github_webhook_audit.jsonl",
    "Where every webhook leaves a line, in the data folder's reports",
  ),
  rate_limit_window_sec: whole([1, 86_400], 600, "The time over which commands in comments are counted"),
  rate_limit_per_user: whole([0, 100_000], 30, "Commands of one person in that time; 0: no limit"),
  rate_limit_per_repository: whole(
    [0, 1_000_000],
    120,
    "Commands in one repository in that time; 0: no limit",
  ),
  allowed_bots: words(
    50,
    [],
    "Bots and apps whose commands are taken, each with the role that GitHub gives it",
  ),
});
export type GithubWebhook = z.infer<typeof GithubWebhook>;

export const TelegramBot = z.strictObject({
  poll_timeout_sec: whole([1, 600], 30, "How long one question for news waits for an answer"),
  idle_sleep_sec: whole([1, 600], 2, "Pause after a question that went wrong"),
  list_limit: whole([1, 1_000], 20, "Runs that a list shows"),
  rate_limit_window_sec: whole([1, 86_400], 60, "The time over which messages are counted"),
  rate_limit_per_chat: whole([1, 100_000], 12, "Messages of one chat in that time"),
  rate_limit_global: whole([1, 1_000_000], 120, "Messages of all chats in that time"),
  audit_log_file: auditFile(
    "telegram_audit.jsonl",
    "Where every message and its answer leave a line, in the data folder's reports",
  ),
});
export type TelegramBot = z.infer<typeof TelegramBot>;
