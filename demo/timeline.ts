import { styleText } from "node:util";
import { jsonOf } from "../src/cli/print-json.ts";

export type Timeline = {
  say(what: string, detail: string): void;
  /** What is going on right now; shown on a terminal only, on one line that is written over. */
  progress(text: string | null): void;
  loud(text: string): void;
  summary(facts: Record<string, unknown>, lines: readonly string[]): void;
  elapsedMs(): number;
};

const FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

/** One line per event, with the time since the start; JSON lines instead when asked. */
export function createTimeline({ json }: { json: boolean }): Timeline {
  const started = performance.now();
  const elapsedMs = () => Math.round(performance.now() - started);
  const live = !json && process.stdout.isTTY === true;
  let frame = 0;
  const clear = () => live && process.stdout.write("\r\u001b[2K");
  const line = (text: string) => {
    clear();
    process.stdout.write(`${text}\n`);
  };
  const print = (what: string, detail: string) =>
    json
      ? line(jsonOf("agentpr.demo.v1", { type: "event", ms: elapsedMs(), what, detail }))
      : line(pretty(elapsedMs(), what, detail));
  return {
    elapsedMs,
    say: print,
    loud: (text) => (json ? print("warning", text) : line(styleText(["bold", "red"], `!! ${text}`))),
    progress: (text) => {
      if (!live) return;
      clear();
      frame += 1;
      if (text !== null)
        process.stdout.write(
          `          ${FRAMES[frame % FRAMES.length]} ${text}`.slice(0, process.stdout.columns),
        );
    },
    summary: (facts, lines) =>
      json ? line(jsonOf("agentpr.demo.v1", facts)) : line(["", ...lines].join("\n")),
  };
}

function pretty(ms: number, what: string, detail: string): string {
  const time = `${(ms / 1_000).toFixed(1).padStart(6)}s`;
  return `${styleText("dim", time)}  ${styleText("bold", what.padEnd(20))} ${detail}`;
}
