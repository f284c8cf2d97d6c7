import { type Command, Option } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import { optionsOf } from "../program.ts";

type Options = {
  scenario: "main" | "crash" | "hostile";
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
    .option("--keep", "leave everything running at the end and print its addresses")
    .option("--telegram", "approve in Telegram, a local one, instead of on GitHub")
    .option("--port <number>", "port of the local GitHub; without it, a free one")
    .option("--dir <path>", "where everything is put; without it, a new temporary folder")
    .addHelpText("after", "\nHere --db is sqlite (the default) or postgres, which is brought along.")
    .action(async () => {
      const {
        db = "sqlite",
        json = false,
        scenario,
        keep = false,
        telegram = false,
        port,
        dir,
      } = optionsOf<Options>(command);
      const { runDemo } = await import("../../../demo/main.ts");
      process.exitCode = await runDemo({
        scenario,
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
