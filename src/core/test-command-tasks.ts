import type { Known, Scripts } from "./test-command.ts";
import { ASKS } from "./test-command-programs.ts";
import { programName } from "./test-command-wrappers.ts";

/** Recipes by target, for each task runner whose file was read. */
export type Recipes = { make?: Scripts; just?: Scripts };
type Call = { name: string; table: Scripts };

const RUNNERS: Readonly<Record<string, keyof Recipes>> = { make: "make", gmake: "make", just: "just" };
/** npm-run-all and its short forms run scripts of package.json, in a row or at once. */
const SCRIPT_RUNNERS: ReadonlySet<string> = new Set(["npm-run-all", "npm-run-all2", "run-s", "run-p"]);
const DRY = /^(-n|--just-print|--recon|--question|-q|-p|-t|--touch|--summary|-l|--show|--list|--evaluate)$/;
/** Options of make and just that take the next word; another folder's or file's targets are not known. */
const ELSEWHERE = /^(-C|--directory|-f|--file|--makefile|-d|--working-directory|--justfile)$/;

/** The scripts or recipes that a command runs, when its runner's file is known; null when it is not such a command. */
export function taskCalls(words: readonly string[], { scripts, recipes }: Known): Call[] | null {
  const [program, args] = [programName(words[0]), words.slice(1)];
  if (SCRIPT_RUNNERS.has(program)) return scriptCalls(args, scripts ?? {});
  const runner = Object.hasOwn(RUNNERS, program) ? RUNNERS[program] : undefined;
  const table = runner === undefined ? undefined : recipes?.[runner];
  if (!table || args.some((arg) => ELSEWHERE.test(arg.replace(/=.*/, "")))) return null;
  if (args.some((arg) => DRY.test(arg) || ASKS.test(arg))) return [];
  const targets = args.filter((arg, at) => !/^-|=/.test(arg) && !/^-[oWIj]$/.test(args[at - 1] ?? ""));
  return targets.map((name) => ({ name, table }));
}

/** `run-s lint test:*` */
function scriptCalls(args: readonly string[], scripts: Scripts): Call[] {
  return args
    .filter((arg) => !arg.startsWith("-"))
    .flatMap((name) => {
      const stem = /^(.*:)\*+$/.exec(name)?.[1];
      const names = stem === undefined ? [name] : Object.keys(scripts).filter((key) => key.startsWith(stem));
      return names.map((found) => ({ name: found, table: scripts }));
    });
}
