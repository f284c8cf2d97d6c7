import type { FileChange, Violation } from "./evidence.ts";
import { fold, globMatcher } from "./glob.ts";

export { globMatcher } from "./glob.ts";

type Touched = Pick<FileChange, "path" | "oldPath">;

const GRADLE = [
  "build.gradle",
  "build.gradle.kts",
  "settings.gradle",
  "settings.gradle.kts",
  "libs.versions.toml",
];

/**
 * Lock file → the manifests one of which must change with it, beside it or in a folder under it; `*` stands for any
 * beginning.
 */
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
  "pylock.toml": ["pyproject.toml"],
  "pipfile.lock": ["pipfile"],
  "go.sum": ["go.mod"],
  "go.work.sum": ["go.work", "go.mod"],
  "gemfile.lock": ["gemfile", "*.gemspec"],
  "composer.lock": ["composer.json"],
  "mix.lock": ["mix.exs"],
  "pubspec.lock": ["pubspec.yaml"],
  "podfile.lock": ["podfile"],
  "package.resolved": ["package.swift"],
  "gradle.lockfile": GRADLE,
  "buildscript-gradle.lockfile": GRADLE,
  "packages.lock.json": ["*.csproj", "*.fsproj", "*.vbproj", "directory.packages.props"],
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

function isLoneLockFile(path: string, files: readonly Touched[]): boolean {
  const { folder, name } = split(path);
  const manifests = LOCK_FILES[name];
  if (!manifests) return false;
  return !files.flatMap(sidesOf).some((other) => {
    const candidate = split(other);
    return (
      candidate.folder.startsWith(folder) && manifests.some((manifest) => isNamed(candidate.name, manifest))
    );
  });
}

function isNamed(name: string, manifest: string): boolean {
  return manifest.startsWith("*") ? name.endsWith(manifest.slice(1)) : name === manifest;
}

function sidesOf({ path, oldPath }: Touched): string[] {
  return oldPath === null ? [path] : [path, oldPath];
}

function split(path: string): { folder: string; name: string } {
  const folded = fold(path);
  const at = folded.lastIndexOf("/") + 1;
  return { folder: folded.slice(0, at), name: folded.slice(at) };
}

function violation(path: string, detail: string): Violation {
  return { rule: "protected_path", path, detail };
}
