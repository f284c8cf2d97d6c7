import { setInterval } from "node:timers";
import { execa } from "execa";
import { messageOf } from "../core/problem.ts";

export type ServiceManager = {
  /** From now on it counts as started, and is watched if the unit asks for that. */
  ready(): void;
  /** It ends by itself, so nobody need start it again. */
  stopping(): void;
  close(): void;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Tells systemd how this process is, where it started it (Type=notify). Node cannot send datagrams to a Unix socket, so
 * systemd's own program does; the unit therefore has NotifyAccess=all. A process that hangs stops telling, and is started anew.
 */
export function serviceManager(env: Environment): ServiceManager {
  if (!env.NOTIFY_SOCKET) return { ready: nothing, stopping: nothing, close: nothing };
  const tell = (...words: string[]) => void notify(words);
  let watched: NodeJS.Timeout | null = null;
  const everyMs = watchdogMs(env);
  return {
    ready: () => {
      tell("--ready");
      if (everyMs !== null) watched = setInterval(() => tell("WATCHDOG=1"), everyMs).unref();
    },
    stopping: () => tell("STOPPING=1"),
    close: () => clearInterval(watched ?? undefined),
  };
}

function nothing(): void {}

/** Half of the time after which systemd would give it up; null where nobody watches. */
function watchdogMs({ WATCHDOG_USEC: text }: Environment): number | null {
  const microseconds = Number(text);
  return Number.isFinite(microseconds) && microseconds > 0 ? Math.max(100, microseconds / 2_000) : null;
}

const PATIENCE_MS = 5_000;

async function notify(words: readonly string[]): Promise<void> {
  try {
    await execa("systemd-notify", words, { timeout: PATIENCE_MS, stdio: "ignore" });
  } catch (error) {
    process.stderr.write(`systemd was not told ${words.join(" ")}: ${messageOf(error)}\n`);
  }
}
