import type { Onlooker } from "../../runner/attempt/attempt-job.ts";

/** What is known of an attempt under way. */
type Seen = { stage: string; command: string | null; commands: number; tokens: number };

export type LiveView = Pick<Onlooker, "onProgress" | "onStage"> & { end(): void };

const TICK_MS = 1_000;

/**
 * An attempt as it goes: one line that is written over on a terminal, else a line whenever something changes. It goes to
 * stderr, because stdout belongs to the result.
 */
export function liveView(stream: NodeJS.WriteStream, { lines }: { lines: boolean }): LiveView {
  const began = performance.now();
  const seen: Seen = { stage: "asked for", command: null, commands: 0, tokens: 0 };
  const overwrite = stream.isTTY === true && !lines;
  let shown = "";
  function show(tick: boolean): void {
    const what = viewOf(seen, stream.columns ?? 120);
    if (!overwrite && (tick || what === shown)) return;
    shown = what;
    const line = `${elapsed(performance.now() - began)}  ${what}`;
    stream.write(overwrite ? `\r\u001b[2K${line}` : `${line}\n`);
  }
  const timer = setInterval(() => show(true), TICK_MS);
  return {
    onStage: (stage) => {
      Object.assign(seen, { stage, command: null });
      show(false);
    },
    onProgress: ({ commandRunning, commands, usage }) => {
      const tokens = usage.inputTokens + usage.outputTokens;
      Object.assign(seen, { command: commandRunning, commands, tokens });
      show(false);
    },
    end: () => {
      clearInterval(timer);
      if (overwrite) stream.write("\r\u001b[2K");
    },
  };
}

export function viewOf({ stage, command, commands, tokens }: Seen, width: number): string {
  const facts = [
    stage,
    `${commands} commands`,
    `${tokens} tokens`,
    ...(command === null ? [] : [clean(command)]),
  ];
  return facts.join("  ").slice(0, Math.max(20, width - 10));
}

/** A command is the agent's: nothing of it may steer the terminal. */
function clean(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\u00a0-\u1fff\u2030-\u205e\u3000-\ud7ff]+/g, " ");
}

function elapsed(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}
