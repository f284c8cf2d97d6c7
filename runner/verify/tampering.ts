import { callMayEdit } from "../../src/core/command-effects.ts";
import { simpleCommands } from "../../src/core/shell-words.ts";

type Seen = {
  /** The folders that would be lent, relative to the work tree. */
  folders: readonly string[];
  /** Files that the worker's own edits named, absolute or relative to the work tree. */
  changed: readonly string[];
  /** What the worker ran. */
  commands: readonly string[];
  tree: string;
};

/** Programs whose business it is to fill these folders, and some that put nothing into them. */
const INSTALLERS: ReadonlySet<string> = new Set(
  "npm pnpm yarn bun npx corepack pip pip3 uv poetry pdm pipenv python python3 virtualenv tox nox bundle gem composer go cargo mix mvn mvnw gradle gradlew swift pod make just node rm rmdir mkdir chmod touch".split(
    " ",
  ),
);

/** Paths inside of lent folders that the worker wrote to by hand: what lies there is not what a package manager put there. */
export function tamperedPaths({ folders, changed, commands, tree }: Seen): string[] {
  const inside = (path: string) => folders.some((folder) => relative(path, tree).startsWith(`${folder}/`));
  const edited = changed.filter(inside).map((path) => relative(path, tree));
  const written = commands.flatMap(handWritten).filter(inside);
  return [...new Set([...edited, ...written.map((path) => relative(path, tree))])];
}

/** Words of programs that are no package managers, and what the line is redirected into. */
function handWritten(line: string): string[] {
  const words = simpleCommands(line)
    .filter((call) => !INSTALLERS.has(call.words[0]?.split("/").at(-1) ?? "") && callMayEdit(call))
    .flatMap((command) => command.words.slice(1));
  const targets = [...line.matchAll(/>>?\|?\s*["']?([^\s"'&|;<>()]+)/g)].map(([, path = ""]) => path);
  return [...words, ...targets];
}

function relative(path: string, tree: string): string {
  return (path.startsWith(`${tree}/`) ? path.slice(tree.length + 1) : path).replace(/^(\.\/)+/, "");
}
