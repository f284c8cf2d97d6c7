import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export type Files = Readonly<Record<string, string | Buffer | null>>;
export type TestRepository = {
  /** The bare repository, to be served or read. */
  bare: string;
  work: string;
  git: (...args: string[]) => string;
  /** Writes the files (null deletes), commits and pushes to the bare repository; answers with the commit. */
  commit: (files: Files, message?: string, branch?: string) => string;
};

const QUIET = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", LC_ALL: "C" };

/** Runs git for a test's own purposes; what is under test never goes through here. */
export function runGit(cwd: string, ...args: string[]): string {
  const env = { ...process.env, ...QUIET };
  return execFileSync("git", ["-c", "maintenance.auto=false", ...args], {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trimEnd();
}

export function temporaryFolder(): { path: string; [Symbol.dispose]: () => void } {
  const path = mkdtempSync(join(tmpdir(), "agentpr-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A repository `<folder>/<name>.git` with a work tree beside it; both have the same objects, so nothing needs to be pushed. */
export function makeRepository(folder: string, name = "target"): TestRepository {
  const [bare, work] = [join(folder, `${name}.git`), join(folder, `${name}-work`)];
  runGit(folder, "init", "--quiet", "--template=", "--bare", "-b", "main", bare);
  runGit(folder, "init", "--quiet", "--template=", "-b", "main", work);
  rmSync(join(work, ".git/objects"), { recursive: true });
  symlinkSync(join(bare, "objects"), join(work, ".git/objects"));
  const git = (...args: string[]) =>
    runGit(work, "-c", "user.name=Maintainer", "-c", "user.email=maintainer@example.org", ...args);
  const commit = (files: Files, message = "Change things", branch = "main") => {
    writeFiles(work, files);
    git("add", "--all", "--force");
    git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", message);
    const sha = git("rev-parse", "HEAD");
    runGit(bare, "update-ref", `refs/heads/${branch}`, sha);
    return sha;
  };
  return { bare, work, git, commit };
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const full = join(folder, path);
    if (content === null) rmSync(full, { recursive: true, force: true });
    else {
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
    }
  }
}
