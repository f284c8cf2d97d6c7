const TAKES_VALUE: ReadonlySet<string> = new Set(["--db", "--policy-file", "--settings-file"]);
const ASKS_HELP: ReadonlySet<string> = new Set(["--help", "-h", "--version", "-V"]);

/** A line with nothing but global options means `next`: what wants a person now. */
export function withDefaultCommand(argv: readonly string[]): readonly string[] {
  const isCommand = (word: string, at: number) =>
    !word.startsWith("-") && !TAKES_VALUE.has(argv[at - 1] ?? "");
  const isComplete = argv.some((word) => ASKS_HELP.has(word)) || argv.some(isCommand);
  return isComplete ? argv : ["next", ...argv];
}
