import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";

export type GitAnswer = { ok: boolean; stdout: string; stderr: string };

/** A person's own git, with nothing of this machine's configuration. */
export async function gitIn(dir: string, ...args: string[]): Promise<GitAnswer> {
  const result = await execa("git", args, {
    cwd: dir,
    extendEnv: false,
    reject: false,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: dir,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Ann",
      GIT_AUTHOR_EMAIL: "ann@example.org",
      GIT_COMMITTER_NAME: "Ann",
      GIT_COMMITTER_EMAIL: "ann@example.org",
    },
  });
  return { ok: result.exitCode === 0, stdout: result.stdout, stderr: result.stderr };
}

export function remoteOf(url: string, name: string, token?: string): string {
  return `${token === undefined ? url : url.replace("://", `://x-access-token:${token}@`)}/${name}.git`;
}

export async function clone(dir: string, remote: string, folder: string): Promise<string> {
  const answer = await gitIn(dir, "clone", "--quiet", remote, folder);
  if (!answer.ok) throw new Error(answer.stderr);
  return join(dir, folder);
}

/** Writes files, commits them on a branch and pushes it; gives back the commit. */
export async function pushFiles(
  work: string,
  push: { branch: string; files: Record<string, string>; message?: string },
): Promise<{ sha: string; pushed: GitAnswer }> {
  await gitIn(work, "checkout", "-q", "-B", push.branch);
  for (const [path, text] of Object.entries(push.files)) {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text);
  }
  await gitIn(work, "add", "--all");
  await gitIn(work, "commit", "-q", "-m", push.message ?? "Change");
  const sha = (await gitIn(work, "rev-parse", "HEAD")).stdout.trim();
  return { sha, pushed: await gitIn(work, "push", "-q", "origin", push.branch) };
}

/** A folder with these files, to become a repository's first commit. */
export async function folderWith(dir: string, name: string, files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name, path)), { recursive: true });
    await writeFile(join(dir, name, path), text);
  }
  return join(dir, name);
}
