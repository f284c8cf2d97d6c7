import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import { printJson } from "../print-json.ts";
import { optionsOf } from "../program.ts";

type Options = {
  text?: string[];
  textFile?: string;
  listLimit: string;
  nlMode?: "rules" | "hybrid" | "llm";
  decisionWhyMode?: "off" | "hybrid" | "llm";
};

export function defineSimulateBotSession(command: Command): void {
  command
    .option(
      "--text <message>",
      "something to say; [Label] presses a button; repeatable",
      (one, all: string[] = []) => [...all, one],
    )
    .option("--text-file <file>", "more of the same, one a line")
    .option("--list-limit <number>", "runs that a list shows", "8")
    .addOption(
      new Option("--nl-mode <mode>", "how plain words are understood").choices(["rules", "hybrid", "llm"]),
    )
    .addOption(
      new Option("--decision-why-mode <mode>", "a model's words on cards").choices(["off", "hybrid", "llm"]),
    )
    .action(() => simulate(command));
}

async function simulate(command: Command): Promise<void> {
  const { json = false, ...options } = optionsOf<Options>(command);
  const lines = await linesOf(options);
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { simulateBotSession } = await import("../../main/simulate-bot-session.ts");
  const { nlMode, decisionWhyMode } = options;
  const settings = loadAppSettings(settingsSource(options));
  await (await openDatabase(settings.databaseUrl)).close();
  const session = await simulateBotSession(settings, {
    lines,
    listLimit: Number(options.listLimit) || 8,
    ...(nlMode === undefined ? {} : { nlMode }),
    ...(decisionWhyMode === undefined ? {} : { whyMode: decisionWhyMode }),
  });
  const text = session.transcript.map(({ input, response }) => `» ${input}\n${response}`).join("\n\n");
  if (json) printJson("agentpr.bot_session.v1", session);
  else process.stdout.write(`${text}\n`);
}

async function linesOf({ text = [], textFile }: Options): Promise<string[]> {
  const written = textFile === undefined ? "" : await readFile(textFile, "utf8");
  const lines = [...text, ...written.split("\n").filter((line) => line.trim() !== "")];
  if (lines.length > 0) return lines;
  throw new Problem(
    "There is nothing to say",
    "no message was given",
    "Give --text or --text-file",
    EXIT.usage,
  );
}
