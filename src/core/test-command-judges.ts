// Judges of arguments: what a program does when it is called like that.

import { kindByProgram } from "./test-command-programs.ts";
import { kindByName } from "./test-command-scripts.ts";

export type Kind = "test" | "lint" | "other";
export type Judge = (args: readonly string[]) => Kind;

export const TEST_FILE =
  /(^|\/)((run[-_]?)?tests?|runtests?|test[-_][^/]*|[^/]*[-_.](test|tests|spec))\.([cm]?[jt]s|py|sh|rb|php|lua|pl)$|(^|\/)tests?\/[^/]*\.([cm]?[jt]s|py|sh)$/;

export const test: Judge = () => "test";
export const lint: Judge = () => "lint";

/** The first plain word decides. */
export function by(table: Readonly<Record<string, Kind>>): Judge {
  return (args) => {
    const first = args.find((arg) => !arg.startsWith("-") && !arg.startsWith("+")) ?? "";
    return Object.hasOwn(table, first) ? (table[first] ?? "other") : "other";
  };
}

/** cargo hands what follows `--` to the tests' own program, which may be asked for a list. */
export function unlessListed(table: Readonly<Record<string, Kind>>): Judge {
  return (args) => (args.includes("--list") ? "other" : by(table)(args));
}

/** Compiling only, or choosing tests by a name that none has, runs nothing. */
export function go(args: readonly string[]): Kind {
  const chosen = args.flatMap((arg, at) =>
    /^--?run$/.test(args[at - 1] ?? "") ? [arg] : (/^--?run=(.*)$/.exec(arg)?.[1] ?? []),
  );
  const none = chosen.some((pattern) => /^(\^?\$|\^\$|XXX\w*|NONE\w*|-)$/i.test(pattern));
  return none || args.includes("-c") ? "other" : by({ test: "test", vet: "lint" })(args);
}

export function whenAny(pattern: RegExp, kind: Kind): Judge {
  return (args) => (args.some((arg) => pattern.test(arg)) ? kind : "other");
}

/** make, just, task: the targets' names. */
export function targets(args: readonly string[]): Kind {
  if (
    args.some((arg) =>
      /^(-n|--just-print|--recon|--question|-q|-p|-t|--touch|--summary|-l|--show|-s=.*)$/.test(arg),
    )
  )
    return "other";
  const kinds = args
    .filter((arg, at) => !/^-|=/.test(arg) && !/^-[CfIoW]$/.test(args[at - 1] ?? ""))
    .map(kindByName);
  return kinds.find((kind) => kind === "test") ?? kinds.find((kind) => kind === "lint") ?? "other";
}

/** tox, nox, hatch: an environment may be one of linters only. */
export function environments(args: readonly string[]): Kind {
  const chosen = args.flatMap((arg, at) =>
    /^-(e|s|-session|-sessions)$/.test(args[at - 1] ?? "") ? arg.split(",") : [],
  );
  const isLint = (name: string) =>
    kindByName(name) === "lint" || /^(pre-?commit|docs?|pylint|black|isort)$/.test(name);
  return chosen.length > 0 && chosen.every(isLint) ? "lint" : "test";
}

/** `run` takes a program or the name of a script, perhaps behind an environment ("py311:test"). */
export function scriptRunner(args: readonly string[]): Kind {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  if (args[at] !== "run") return by({ test: "test", fmt: "lint", lint: "lint" })(args);
  const words = args.slice(at + 1).filter((arg, index) => index > 0 || !arg.startsWith("-"));
  const kind = kindByProgram(words);
  return kind === "other" && words.length === 1 ? kindByName(words[0]?.split(":").at(-1) ?? "") : kind;
}

export function python(args: readonly string[]): Kind {
  const module = args.indexOf("-m");
  const script = args.find((arg) => !arg.startsWith("-"));
  if (module >= 0) return kindByProgram(args.slice(module + 1));
  if (args.includes("-c") || script === undefined) return "other";
  if (/(^|\/)(manage|setup)\.py$/.test(script)) return args.includes("test") ? "test" : "other";
  return TEST_FILE.test(script) ? "test" : "other";
}

export function node(args: readonly string[]): Kind {
  if (args.some((arg) => /^--test(-only|$)/.test(arg))) return "test";
  if (args.some((arg) => /^(-e|-p|--eval|--print|--check|-c)$/.test(arg))) return "other";
  const script = args.find((arg) => !arg.startsWith("-")) ?? "";
  const runner = /node_modules\/(?:\.bin\/)?(jest|vitest|mocha|ava|eslint|tsc)\b/.exec(script)?.[1];
  return runner ? kindByProgram([runner]) : TEST_FILE.test(script) ? "test" : "other";
}

export function maven(args: readonly string[]): Kind {
  return whenAny(/^(test|verify|integration-test|surefire:test|failsafe:\S+)$/, "test")(args);
}

export function gradle(args: readonly string[]): Kind {
  const tasks = args.filter(
    (arg, at) => !arg.startsWith("-") && args[at - 1] !== "-x" && args[at - 1] !== "--exclude-task",
  );
  return args.some((arg, at) => arg === "test" && args[at - 1] === "-x")
    ? "other"
    : whenAny(/^(.*:)?(test|check|\w*Tests?)$/, "test")(tasks);
}
