import { access, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExecaError, execa } from "execa";
import { messageOf } from "../../src/core/problem.ts";
import { findCodex } from "../codex/find-codex.ts";
import { besides, openSkillsRoot, swapIn } from "./replace-folder.ts";
import { readSkillFiles } from "./skill-files.ts";

/** Skills of Codex's own collection that help with checks and comments; for a person's Codex, they need `gh` and its login. */
export const CURATED_SKILLS = ["gh-fix-ci", "gh-address-comments"] as const;

export type Curated =
  | { kind: "done"; installed: string[]; kept: string[] }
  /** The collection could not be reached, or Codex has no installer. Nothing was changed. */
  | { kind: "unavailable"; why: string };

type Environment = Readonly<Record<string, string | undefined>>;
type Order = { codexHome: string; environment: Environment; force: boolean; signal: AbortSignal };

const INSTALLER = "skills/.system/skill-installer/scripts/install-skill-from-github.py";
/** Without it the installer would go on to ssh, which can stop and ask. */
const BY_DOWNLOAD = ["--method", "download"];
const UNPACK_MS = 30_000;
const FETCH_MS = 120_000;

/** Has Codex's own installer fetch them beside their place, and puts those there that are not there yet. */
export async function installCurated({ codexHome, environment, force, signal }: Order): Promise<Curated> {
  const root = await openSkillsRoot(codexHome);
  const present = await Promise.all(CURATED_SKILLS.map((name) => readSkillFiles(join(root, name))));
  const wanted = CURATED_SKILLS.filter((_, index) => force || present[index] === null);
  const kept = CURATED_SKILLS.filter((name) => !wanted.includes(name));
  if (wanted.length === 0) return { kind: "done", installed: [], kept };
  const scratch = await mkdtemp(join(tmpdir(), "agentpr-skills-"));
  const fetched = besides(join(root, "curated"));
  try {
    await fetchInto(fetched, wanted, { scratch, environment, signal });
    return { kind: "done", installed: await moveIn(fetched, root, wanted), kept };
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: "unavailable", why: reasonOf(error) };
  } finally {
    await Promise.all([scratch, fetched].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

type Fetching = { scratch: string; environment: Environment; signal: AbortSignal };

/** Codex lays its installer out in a home when it starts; a home of its own shows exactly the one of this Codex. */
async function fetchInto(
  dest: string,
  names: readonly string[],
  { scratch, environment, signal }: Fetching,
): Promise<void> {
  const codex = await findCodex(environment, signal);
  const env = { ...passedOn(environment), CODEX_HOME: scratch };
  const options = { env, extendEnv: false, cwd: scratch, stdin: "ignore", cancelSignal: signal } as const;
  await execa(codex.path, ["debug", "prompt-input", "hello"], { ...options, timeout: UNPACK_MS });
  const script = join(scratch, INSTALLER);
  await access(script);
  const paths = names.map((name) => `skills/.curated/${name}`);
  const args = [script, "--repo", "openai/skills", "--path", ...paths, "--dest", dest, ...BY_DOWNLOAD];
  await execa("python3", args, { ...options, timeout: FETCH_MS });
}

const PASSED = /^(PATH|HOME|LANG|TMPDIR|SSL_CERT_(FILE|DIR)|GH_TOKEN|GITHUB_TOKEN|(https?|all|no)_proxy)$/i;

/** What a download needs, and none of agentpr's own secrets. */
function passedOn(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => PASSED.test(name)));
}

async function moveIn(fetched: string, root: string, wanted: readonly string[]): Promise<string[]> {
  const there = new Set(await readdir(fetched));
  const complete = wanted.filter((name) => there.has(name));
  for (const name of complete) await swapIn(join(fetched, name), join(root, name));
  return complete;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ExecaError)) return messageOf(error);
  const lines = String(error.stderr ?? "")
    .trim()
    .split("\n");
  return (lines.at(-1) || error.shortMessage).slice(0, 500);
}
