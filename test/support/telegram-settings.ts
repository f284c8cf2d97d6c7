import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalTelegram } from "../../demo/telegram/start-local-telegram.ts";
import { type AppSettings, loadAppSettings } from "../../src/config/settings.ts";

type Order = { dir: string; telegram: LocalTelegram; policyFile: string; env?: Record<string, string> };

/** Ada may approve, Wren may write, Ria may read; the bot speaks in one group and one channel. */
export function loadSettingsForTelegram({ dir, telegram, policyFile, env = {} }: Order): AppSettings {
  const envFile = join(dir, "empty.env");
  writeFileSync(envFile, "");
  return loadAppSettings({
    envFile,
    env: {
      AGENTPR_DATA_DIR: join(dir, "data"),
      AGENTPR_POLICY_FILE: policyFile,
      AGENTPR_TELEGRAM_BOT_TOKEN: telegram.token,
      AGENTPR_TELEGRAM_API_ROOT: telegram.url,
      AGENTPR_TELEGRAM_ALLOW_CHAT_IDS: "33,-100500,-100900",
      AGENTPR_TELEGRAM_WRITE_CHAT_IDS: "22",
      AGENTPR_TELEGRAM_ADMIN_USER_IDS: "11",
      AGENTPR_TELEGRAM_NOTIFY_SCAN_SEC: "0",
      ...env,
    },
  });
}
