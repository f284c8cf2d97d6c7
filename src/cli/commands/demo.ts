import { type Command, Option } from "commander";
import { DECISION_MODES, type DecisionMode } from "../../core/manager-question.ts";
import { EXIT, Problem } from "../../core/problem.ts";
import { optionsOf } from "../program.ts";

type Options = {
  scenario: "main" | "crash" | "hostile";
  decisionMode: DecisionMode;
  keep?: boolean;
  telegram?: boolean;
  port?: string;
  dir?: string;
};

export function defineDemo(command: Command): void {
  command
    .addOption(
      new Option("--scenario <name>", "what is played").choices(["main", "crash", "hostile"]).default("main"),
    )
    .addOption(
      new Option("--decision-mode <mode>", "who decides; a scripted model answers where one is asked")
        .choices([...DECISION_MODES])
        .default("rules"),
    )
    .option("--keep", "leave everything running at the end and print its addresses")
    .option("--telegram", "approve in Telegram, a local one, instead of on GitHub")
    .option("--port <number>", "port of the local GitHub; without it, a free one")
    .option("--dir <path>", "where everything is put; without it, a new temporary folder")
    .addHelpText("after", "\nHere --db is sqlite (the default) or postgres, which is brought along.")
    .action(async () => {
      const options = optionsOf<Options>(command);
      const { db = "sqlite", json = false, scenario, decisionMode, keep = false, telegram = false } = options;
      const { port, dir } = options;
      const { runDemo } = await import("../../../demo/main.ts");
      process.exitCode = await runDemo({
        scenario,
        decisionMode,
        json,
        keep,
        telegram,
        db: dialect(db),
        port: port === undefined ? null : portNumber(port),
        dir: dir ?? null,
      });
    });
}

function dialect(text: string): "sqlite" | "postgres" {
  if (text === "sqlite" || text === "postgres") return text;
  throw new Problem(
    `--db ${text} is not known to the demo`,
    "it brings its own database",
    "Use sqlite or postgres",
    EXIT.usage,
  );
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Problem(
    `--port ${text} is no port`,
    "ports are whole numbers up to 65535",
    "Correct --port",
    EXIT.usage,
  );
}
