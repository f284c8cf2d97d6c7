import { simpleCommands } from "../../src/core/shell-words.ts";
import type { PlannedCommand } from "../verify/plan-commands.ts";
import type { PlanFiles } from "../verify/plan-files.ts";

/** A file in the root → the programs that such a project is worked on with. */
const BY_FILE: readonly (readonly [file: RegExp, programs: readonly string[]])[] = [
  [/^(pyproject\.toml|requirements(-dev)?\.txt|setup\.py)$/, ["python3"]],
  [/^tox\.ini$/, ["tox"]],
  [/^poetry\.lock$/, ["poetry"]],
  [/^uv\.lock$/, ["uv"]],
  [/^pdm\.lock$/, ["pdm"]],
  [/^package\.json$/, ["node"]],
  [/^(package-lock|npm-shrinkwrap)\.json$/, ["npm"]],
  [/^pnpm-lock\.yaml$/, ["pnpm"]],
  [/^yarn\.lock$/, ["yarn"]],
  [/^bun\.lockb?$/, ["bun"]],
  [/^go\.mod$/, ["go"]],
  [/^Cargo\.toml$/, ["cargo"]],
  [/^(mvnw|gradlew)$/, ["java"]],
  [/^pom\.xml$/, ["java"]],
  [/^Gemfile$/, ["ruby", "bundle"]],
  [/^composer\.json$/, ["php", "composer"]],
  [/^mix\.exs$/, ["mix"]],
  [/^[^/]+\.sln$/, ["dotnet"]],
  [/^Package\.swift$/, ["swift"]],
  [/^(GNUm|M|m)akefile$/, ["make"]],
];
const PYPROJECT_TOOL = /^\[tool\.(rye|poetry|hatch|uv|tox)\b/gm;

/** Programs that a machine has or has not; any other may come with the project's own dependencies. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set([
  ...BY_FILE.flatMap(([, programs]) => programs),
  ...["npx", "pipenv", "hatch", "rye", "mvn", "gradle", "just", "rake", "ctest", "cmake"],
]);

/** What a project of these files is worked on with. */
export function projectTools({ files, paths }: PlanFiles): string[] {
  const byFile = BY_FILE.filter(([file]) => paths.some((path) => file.test(path))).flatMap(
    ([, tools]) => tools,
  );
  const named = [...(files.get("pyproject.toml") ?? "").matchAll(PYPROJECT_TOOL)].map(
    ([, tool = ""]) => tool,
  );
  return [...new Set([...byFile, ...named])];
}

/** Programs of the machine that a planned command calls. */
export function commandTools({ command }: Pick<PlannedCommand, "command">): string[] {
  const programs = simpleCommands(command).map(({ words: [program = ""] }) => program);
  const wrappers = programs.filter((program) => /(^|\/)(mvnw|gradlew)$/.test(program)).map(() => "java");
  return [...new Set([...programs, ...wrappers].filter((program) => OF_THE_MACHINE.has(program)))];
}
