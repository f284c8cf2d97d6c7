import { realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, sep } from "node:path";
import { Problem } from "../../src/core/problem.ts";

type Grounds = {
  /** Folders of ours: the data folder, and the workspaces with everybody's runs. */
  own: readonly string[];
};

/** What is lent read-only beside the work tree, by its real path; refuses what holds credentials or other runs. */
export async function allowReadPaths(paths: readonly string[], grounds: Grounds): Promise<string[]> {
  const allowed = [];
  for (const path of paths) allowed.push(await allowReadPath(path, grounds));
  return [...new Set(allowed)];
}

async function allowReadPath(path: string, { own }: Grounds): Promise<string> {
  const real = await realpath(path).catch((error: Error) => {
    throw refused(path, error.message);
  });
  const [home, ...ours] = await Promise.all([homedir(), ...own].map(realOrSame));
  const why = problemOf(real, { home: home ?? "/root", ours }) ?? (await kindProblem(real));
  if (why !== null) throw refused(path, why);
  return real;
}

const SYSTEM = ["/etc", "/proc", "/sys", "/dev", "/run", "/var/run", "/boot", "/root", "/var/lib"] as const;

/** Files that are credentials by their name. */
const KEY_FILE =
  /^(\.env(\..+)?|.*\.(pem|key|p12|pfx|kdbx?|jks)|id_[a-z0-9]+|auth\.json|credentials(\.json)?|\.netrc|\.npmrc|\.pypirc|\.git-credentials)$/i;

function problemOf(real: string, { home, ours }: { home: string; ours: readonly string[] }): string | null {
  if (real === "/" || SYSTEM.some((folder) => isWithin(real, folder))) return "it belongs to the system";
  if (isWithin(home, real)) return "it is a home folder, or holds one";
  // A home's hidden folders are where programs keep their credentials.
  if (isWithin(real, home) && /^\./.test(real.slice(home.length + 1)))
    return "it lies in a hidden folder of the home";
  if (KEY_FILE.test(basename(real))) return "by its name it holds a key";
  const touched = ours.find((folder) => isWithin(real, folder) || isWithin(folder, real));
  return touched === undefined ? null : `it touches ${touched}, where data and other runs lie`;
}

async function kindProblem(real: string): Promise<string | null> {
  const found = await stat(real);
  return found.isFile() || found.isDirectory() ? null : "it is neither a file nor a folder";
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : join(folder, sep));
}

async function realOrSame(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function refused(path: string, why: string): Problem {
  return new Problem(
    `--allow-read-path ${path} is refused`,
    why,
    "Name a folder or file that holds nothing secret",
  );
}
