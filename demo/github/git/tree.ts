import { execa } from "execa";
import { gitOnce, tryGitOnce } from "./ask-once.ts";
import { gitEnvironment } from "./run-git.ts";

export type TreeEntry = {
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  size: number;
  path: string;
};

/** The entry at a path of a commit; the root is the empty path. */
export async function entryAt(gitDir: string, commit: string, path: string): Promise<TreeEntry | null> {
  if (path === "") {
    const sha = (await gitOnce(gitDir, ["rev-parse", `${commit}^{tree}`], [commit])).trim();
    return { mode: "040000", type: "tree", sha, size: 0, path: "" };
  }
  return (await list(gitDir, commit, ["--", path]))[0] ?? null;
}

/** What a folder of a commit holds. */
export async function folderAt(gitDir: string, commit: string, path: string): Promise<TreeEntry[]> {
  return await list(gitDir, commit, path === "" ? [] : ["--", `${path}/`]);
}

export async function readBlob(gitDir: string, sha: string): Promise<Buffer> {
  const result = await execa("git", ["cat-file", "blob", sha], {
    cwd: gitDir,
    env: gitEnvironment({ name: "GitHub", email: "noreply@github.com" }),
    extendEnv: false,
    encoding: "buffer",
    stripFinalNewline: false,
  });
  return Buffer.from(result.stdout);
}

/** Text of a file in a commit, or null where there is none. */
export async function readText(gitDir: string, commit: string, path: string): Promise<string | null> {
  const result = await tryGitOnce(gitDir, ["cat-file", "blob", `${commit}:${path}`], [commit]);
  return result.exitCode === 0 ? result.stdout : null;
}

async function list(gitDir: string, commit: string, args: readonly string[]): Promise<TreeEntry[]> {
  const asked = ["ls-tree", "-z", "--long", "--full-tree", commit, ...args];
  const text = await gitOnce(gitDir, asked, [commit]);
  return text
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const [mode = "", type = "blob", sha = "", size = "0"] = line.split("\t")[0]?.split(/ +/) ?? [];
      const path = line.slice(line.indexOf("\t") + 1);
      return { mode, type: type as TreeEntry["type"], sha, size: Number(size) || 0, path };
    });
}
