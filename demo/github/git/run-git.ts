// Real git on the bare repositories: one function runs it, the others in this folder ask it questions.
// Nothing of the machine's own git configuration is read, and no hook but our own ever runs.

import { execa } from "execa";

export type GitResult = { exitCode: number; stdout: string; stderr: string };

const MACHINE = { name: "GitHub", email: "noreply@github.com" };

export type Person = { name: string; email: string };

/** Runs git and gives back whatever happened. */
export async function tryGit(
  dir: string,
  args: readonly string[],
  options: { input?: string; author?: Person } = {},
): Promise<GitResult> {
  const result = await execa(
    "git",
    ["-c", "core.hooksPath=/dev/null", "-c", "maintenance.auto=false", ...args],
    {
      cwd: dir,
      env: gitEnvironment(options.author ?? MACHINE),
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      input: options.input ?? "",
    },
  );
  return { exitCode: result.exitCode ?? 1, stdout: result.stdout, stderr: result.stderr };
}

/** Runs git and throws if it fails: for what cannot fail unless the repository is broken. */
export async function git(
  dir: string,
  args: readonly string[],
  options: { input?: string; author?: Person } = {},
): Promise<string> {
  const result = await tryGit(dir, args, options);
  if (result.exitCode !== 0)
    throw new Error(`git ${args.join(" ")} failed in ${dir}: ${result.stderr.trim()}`);
  return result.stdout;
}

export function gitEnvironment(author: Person): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: "/nonexistent",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: MACHINE.name,
    GIT_COMMITTER_EMAIL: MACHINE.email,
  };
}
