import type { FileChange, Violation } from "./evidence.ts";

type Touched = Pick<FileChange, "path" | "oldPath">;

/** Lock file → the manifests one of which must change with it, beside it or in a folder under it. */
const LOCK_FILES: Readonly<Record<string, readonly string[]>> = {
  "package-lock.json": ["package.json"],
  "npm-shrinkwrap.json": ["package.json"],
  "yarn.lock": ["package.json"],
  "pnpm-lock.yaml": ["package.json", "pnpm-workspace.yaml"],
  "bun.lock": ["package.json"],
  "bun.lockb": ["package.json"],
  "deno.lock": ["deno.json", "deno.jsonc", "package.json"],
  "cargo.lock": ["cargo.toml"],
  "poetry.lock": ["pyproject.toml"],
  "uv.lock": ["pyproject.toml"],
  "pdm.lock": ["pyproject.toml"],
  "pipfile.lock": ["pipfile"],
  "go.sum": ["go.mod"],
  "gemfile.lock": ["gemfile"],
  "composer.lock": ["composer.json"],
  "mix.lock": ["mix.exs"],
  "pubspec.lock": ["pubspec.yaml"],
  "package.resolved": ["package.swift"],
  "gradle.lockfile": ["build.gradle", "build.gradle.kts"],
  "flake.lock": ["flake.nix"],
};

/** Changed paths, both sides of renames, that a policy's globs protect or that only a machine should write. */
export function protectedViolations(files: readonly Touched[], globs: readonly string[]): Violation[] {
  const patterns = globs.map((glob) => ({ glob, matches: globMatcher(glob) }));
  return files.flatMap((file) => {
    const names = sidesOf(file);
    const hit = patterns.find(({ matches }) => names.some(matches));
    if (hit) return [violation(file.path, `It is protected by ${hit.glob}`)];
    return names.some((name) => isLoneLockFile(name, files))
      ? [violation(file.path, "A lock file was changed without the manifest that it locks")]
      : [];
  });
}

/** `*` and `?` stay within one name, `**` spans folders. Case never matters: some file systems ignore it. */
export function globMatcher(glob: string): (path: string) => boolean {
  const source = fold(glob)
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILDCARDS[part] ?? part.replace(/[.+^${}()|[\]\\]/g, "\\$&"))
    .join("");
  const pattern = new RegExp(`^${source}$`, "su");
  return (path) => pattern.test(fold(path));
}

const WILDCARDS: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
};

function isLoneLockFile(path: string, files: readonly Touched[]): boolean {
  const { folder, name } = split(path);
  const manifests = LOCK_FILES[name];
  if (!manifests) return false;
  return !files.flatMap(sidesOf).some((other) => {
    const candidate = split(other);
    return manifests.includes(candidate.name) && candidate.folder.startsWith(folder);
  });
}

function sidesOf({ path, oldPath }: Touched): string[] {
  return oldPath === null ? [path] : [path, oldPath];
}

function split(path: string): { folder: string; name: string } {
  const folded = fold(path);
  const at = folded.lastIndexOf("/") + 1;
  return { folder: folded.slice(0, at), name: folded.slice(at) };
}

function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

function violation(path: string, detail: string): Violation {
  return { rule: "protected_path", path, detail };
}
