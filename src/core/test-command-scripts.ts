import { programName } from "./test-command-wrappers.ts";

const MANAGERS: ReadonlySet<string> = new Set(["npm", "pnpm", "yarn", "bun"]);
/** Options of the package managers that take the next word. */
const TAKES: ReadonlySet<string> = new Set([
  "-w",
  "--workspace",
  "--filter",
  "-F",
  "--prefix",
  "-C",
  "--dir",
  "--cwd",
  "--loglevel",
]);
const RUN: ReadonlySet<string> = new Set(["run", "run-script", "rum", "urn"]);
const TEST_WORDS: ReadonlySet<string> = new Set(["test", "t", "tst"]);
/** yarn and pnpm run any script by its bare name; these are their own commands. */
const OWN_COMMANDS: ReadonlySet<string> = new Set(
  "add install i ci remove rm up upgrade update dlx exec x create init link pack publish why list ls outdated audit config cache info view dedupe import node set version login workspaces".split(
    " ",
  ),
);

const LINT_NAME =
  /^(lint|eslint|biome|typecheck|type-check|types|tsc|fmt-check|format[:_-]check|style|vet|clippy|ruff|flake8|mypy|check[:_-](types?|format|fmt|lint|style)|prettier[:_-]check|test[:_-](lint|types?|format|style))([:_-].*)?$/i;
const TEST_NAME =
  /^(tests?|spec|unit|unittests?|e2e|integration|check|coverage|verify)([:_-].*)?$|[:_-]tests?$/i;
const NOT_A_RUN = /(install|deps|setup|clean|data|build|image|watch|update|snapshot|fixtures?|prepare)/i;

/** The package.json script that a command runs, or null when it runs none. */
export function scriptCall(words: readonly string[]): string | null {
  const manager = programName(words[0]);
  if (!MANAGERS.has(manager)) return null;
  const [first, second, third] = plainWords(words);
  if (first === undefined) return null;
  if (RUN.has(first)) return second ?? null;
  if (first === "workspace" && manager === "yarn")
    return second && third && RUN.has(third) ? null : (third ?? null);
  // `bun test` is bun's own runner, not a script.
  if (manager === "bun") return null;
  if (TEST_WORDS.has(first)) return "test";
  return manager !== "npm" && !OWN_COMMANDS.has(first) ? first : null;
}

/** What a script or a make target is, going by its name alone. */
export function kindByName(name: string): "test" | "lint" | "other" {
  if (LINT_NAME.test(name)) return "lint";
  return TEST_NAME.test(name) && !NOT_A_RUN.test(name) ? "test" : "other";
}

/** The words up to `--`, without options and what they take. */
function plainWords(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  const own = end < 0 ? words.slice(1) : words.slice(1, end);
  return own.filter((word, at) => !word.startsWith("-") && !TAKES.has(own[at - 1] ?? ""));
}
