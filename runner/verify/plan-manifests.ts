import { z } from "zod";
import { messageOf } from "../../src/core/problem.ts";
import { classifyCommand, type Known, type Scripts } from "../../src/core/test-command.ts";

type Files = ReadonlyMap<string, string>;
type Tree = { files: Files; paths: readonly string[] };
const Package = z.object({
  scripts: z.record(z.string(), z.string()).default({}).catch({}),
  packageManager: z.string().optional().catch(undefined),
});

/** The file that says which package manager a project uses. */
const MANAGERS: readonly (readonly [file: string, manager: string])[] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
];

/** A file in the root → the command that tests such a project. */
const BY_FILE: readonly (readonly [file: RegExp, command: string])[] = [
  [/^go\.mod$/, "go test ./..."],
  [/^Cargo\.toml$/, "cargo test"],
  [/^[^/]+\.(sln|slnx)$/, "dotnet test"],
  [/^\.rspec$/, "bundle exec rspec"],
  [/^test\/(.+\/)?(test_[^/]+|[^/]+_test)\.rb$/, "bundle exec rake test"],
  [/^phpunit\.xml(\.dist)?$/, "vendor/bin/phpunit"],
  [/^mix\.exs$/, "mix test"],
  [/^Package\.swift$/, "swift test"],
];
/** Build tools that a project may bring along: the first that is there. */
const BY_FIRST_FILE: readonly (readonly (readonly [file: string, command: string])[])[] = [
  [
    ["mvnw", "./mvnw test"],
    ["pom.xml", "mvn test"],
  ],
  [
    ["gradlew", "./gradlew test"],
    ["build.gradle", "gradle test"],
    ["build.gradle.kts", "gradle test"],
  ],
];
const PACKAGE_SCRIPTS = ["test", "lint", "typecheck"] as const;
const TASK_TARGETS = ["test", "check", "lint"] as const;

export function packageScripts(files: Files, notes: string[]): Record<string, string> {
  return readPackage(files, notes)?.scripts ?? {};
}

/** What the project's own manifests say; a Makefile or a justfile is asked only when they do not name a test. */
export function manifestCommands(tree: Tree, known: Known): string[] {
  const { scripts = {}, recipes } = known;
  const found = [...packageCommands(tree, scripts), ...pythonCommands(tree), ...fileCommands(tree)];
  const tested = found.some((command) => classifyCommand(command, known) === "test");
  if (tested) return found;
  return [...found, ...taskCommands("make", recipes?.make), ...taskCommands("just", recipes?.just)];
}

function readPackage(files: Files, notes: string[]): z.infer<typeof Package> | null {
  const content = files.get("package.json");
  if (content === undefined) return null;
  try {
    return Package.safeParse(JSON.parse(content)).data ?? null;
  } catch (error) {
    notes.push(`package.json is not JSON: ${messageOf(error)}`);
    return null;
  }
}

function packageCommands({ files, paths }: Tree, scripts: Scripts): string[] {
  const named = /^(pnpm|yarn|bun|npm)@/.exec(readPackage(files, [])?.packageManager ?? "")?.[1];
  const manager = named ?? MANAGERS.find(([file]) => paths.includes(file))?.[1] ?? "npm";
  return PACKAGE_SCRIPTS.filter((name) => Object.hasOwn(scripts, name)).map((name) =>
    name === "test" && manager !== "bun" ? `${manager} test` : `${manager} run ${name}`,
  );
}

function pythonCommands({ files, paths }: Tree): string[] {
  const settings = [
    "pyproject.toml",
    "pytest.ini",
    "tox.ini",
    "setup.cfg",
    "requirements-dev.txt",
    "requirements.txt",
  ];
  const mentions =
    settings.some((name) => /\bpytest\b/.test(files.get(name) ?? "")) || paths.includes("pytest.ini");
  const hasTests = paths.some((path) => /^(tests?\/(.*\/)?)?test_[^/]+\.py$/.test(path));
  if (!mentions && !hasTests) return [];
  const program = mentions || paths.some((path) => /(^|\/)conftest\.py$/.test(path)) ? "pytest" : null;
  const runner = paths.includes("uv.lock") ? "uv run " : paths.includes("poetry.lock") ? "poetry run " : "";
  if (program === null)
    return [`${runner}python3 -m unittest discover${hasTestFolder(paths) ? " -s tests" : ""}`];
  return [runner ? `${runner}pytest` : "python3 -m pytest"];
}

/** unittest finds tests in a folder by itself only when that folder is a package. */
function hasTestFolder(paths: readonly string[]): boolean {
  return paths.some((path) => /^tests\/test_[^/]+\.py$/.test(path)) && !paths.includes("tests/__init__.py");
}

function fileCommands({ paths }: Tree): string[] {
  const built = BY_FIRST_FILE.flatMap((choices) => choices.find(([file]) => paths.includes(file))?.[1] ?? []);
  const found = BY_FILE.filter(([file]) => paths.some((path) => file.test(path)));
  return [...built, ...found.map(([, command]) => command)];
}

function taskCommands(runner: "make" | "just", recipes: Scripts = {}): string[] {
  const targets = TASK_TARGETS.filter((target) => Object.hasOwn(recipes, target));
  return targets
    .filter((target) => target !== "check" || !targets.includes("test"))
    .map((target) => `${runner} ${target}`);
}
