import type { Command } from "commander";
import { LIFT_FORMS } from "../../core/amounts.ts";
import { STATES, type State } from "../../core/run.ts";
import { LEGACY_STATES } from "../../core/transitions.ts";
import { performCommand } from "../perform-command.ts";
import { namedRun, takesRun } from "../run-argument.ts";

type Options = { reason?: string; targetState?: string; note?: string; budget?: string };

export function definePause(command: Command): void {
  takesRun(command)
    .option("--reason <text>", "why, for the journal")
    .action((_run: unknown, { reason }: Options) =>
      performCommand(command, "pause", { run: namedRun(command), reason }),
    );
}

export function defineResume(command: Command): void {
  takesRun(command)
    .option("--target-state <state>", "where to go on; without it, where it was paused")
    .addHelpText("after", () => targetHelp("resume"))
    .action((_run: unknown, { targetState }: Options) =>
      performCommand(command, "resume", { run: namedRun(command), target_state: targetState }),
    );
}

export function defineRetry(command: Command): void {
  takesRun(command)
    .option("--target-state <state>", "EXECUTING, or ITERATING with an open pull request; chosen by itself")
    .option("--note <text>", "words for the next attempt")
    .option("--budget <amount>", `adds to the limit that stopped the run: ${LIFT_FORMS}`)
    .addHelpText("after", () => targetHelp("retry"))
    .action((_run: unknown, { targetState, note, budget }: Options) =>
      performCommand(command, "retry", { run: namedRun(command), target_state: targetState, note, budget }),
    );
}

export function defineCancel(command: Command): void {
  takesRun(command)
    .option("--reason <text>", "why, for the journal")
    .action((_run: unknown, { reason }: Options) =>
      performCommand(command, "cancel", { run: namedRun(command), reason }),
    );
}

export function defineAnswer(command: Command): void {
  takesRun(command)
    .requiredOption("--text <text>", "what the reviewers are answered")
    .action((_run: unknown, { text }: { text: string }) =>
      performCommand(command, "answer", { run: namedRun(command), text }),
    );
}

export function defineMarkDone(command: Command): void {
  takesRun(command).action(() => performCommand(command, "mark_done", { run: namedRun(command) }));
}

type Notice = { message: string; priority?: string };

export function defineNotifyUser(command: Command): void {
  takesRun(command)
    .requiredOption("--message <text>", "what is to be known")
    .option("--priority <priority>", "low, normal, high or urgent", "normal")
    .action((_run: unknown, { message, priority }: Notice) =>
      performCommand(command, "notify", { run: namedRun(command), message, priority }),
    );
}

const RULES = {
  resume: {
    words:
      "No target skips work: PUSHED needs a sealed change, CI_WAIT and REVIEW_WAIT an open pull request.",
    refused: new Set<State>(["DONE", "FAILED", "PAUSED"]),
  },
  retry: {
    words: "A retry always begins a new attempt: EXECUTING, or ITERATING where a pull request is open.",
    refused: new Set<State>(STATES.filter((state) => state !== "EXECUTING" && state !== "ITERATING")),
  },
} as const;

/** Every name that --target-state understands, the old ones with what comes of them. */
function targetHelp(kind: keyof typeof RULES): string {
  const { words, refused } = RULES[kind];
  const old = Object.entries(LEGACY_STATES).map(
    ([name, state]) => `  ${name.padEnd(20)} ${state}${refused.has(state) ? ", which is refused" : ""}`,
  );
  return ["", words, `States: ${STATES.join(", ")}`, "Old names and what they mean now:", ...old].join("\n");
}
