import { statfs } from "node:fs/promises";
import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { Policy } from "../../src/core/policy.ts";
import { type GitRefusal, git } from "../../src/git/git.ts";
import { isExecutable } from "../box/find-executable.ts";
import { probeBox } from "../box/probe-box.ts";
import { boxLimits } from "./box-limits.ts";
import type { RunnerSettings } from "./settings.ts";

const LEAST_FREE_BYTES = 256 * 1024 * 1024;

type Order = { settings: RunnerSettings; policy: Policy; home: string; signal: AbortSignal };

/** What would make it wrong to fetch anything. */
export async function checkRoom({ settings, policy }: Order): Promise<PreflightCheck[]> {
  return [sandboxCheck(policy), await checkDisk(settings.baseDir)];
}

/** What the machine must be able to run, all of it tried. */
export function checkMachine(order: Order): Promise<PreflightCheck[]> {
  return Promise.all([recently("git", () => gitCheck(order)), codexCheck(order), boxCheck(order)]);
}

const RECENT_MS = 5 * 60_000;
const PASSED = new Map<string, { check: PreflightCheck; at: number }>();

/** What this machine could do a moment ago it is not asked again; what it could not, each time. */
async function recently(what: string, look: () => Promise<PreflightCheck>): Promise<PreflightCheck> {
  const passed = PASSED.get(what);
  if (passed && performance.now() - passed.at < RECENT_MS) return passed.check;
  const found = await look();
  if (found.ok) PASSED.set(what, { check: found, at: performance.now() });
  return found;
}

export function check(
  name: string,
  problem: string | null,
  found: string,
  transient = false,
): PreflightCheck {
  return { name, ok: problem === null, transient, detail: problem ?? found };
}

/** Whether there is room to work. */
export async function checkDisk(folder: string): Promise<PreflightCheck> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const detail = `${Math.round(free / 1024 / 1024)} MiB free in the workspace folder`;
  return { name: "disk.space", ok: free >= LEAST_FREE_BYTES, transient: true, detail };
}

/** In a sandbox without a right to write there is nothing that could come of an attempt. */
function sandboxCheck({ codex_sandbox: sandbox }: Policy): PreflightCheck {
  const problem = sandbox === "read-only" ? "read-only: Codex could not change a file" : null;
  return check("policy.codex_sandbox", problem, sandbox);
}

async function gitCheck({ home, signal }: Order): Promise<PreflightCheck> {
  const version = await git({ args: ["--version"], home, signal });
  return check(
    "cmd.git",
    version.ok ? null : `git does not run: ${version.stderr}`,
    version.ok ? version.value : "",
  );
}

async function codexCheck({ settings: { codex } }: Order): Promise<PreflightCheck> {
  const isThere = await isExecutable(codex.path);
  return check(
    "cmd.codex",
    isThere ? null : `${codex.path} is gone`,
    `${codex.version}, from ${codex.source}`,
  );
}

/** The box as attempts have it, with nothing in it. */
async function boxCheck({ settings, policy, signal }: Order): Promise<PreflightCheck> {
  const { isolation, baseDir, toolPaths, path } = settings;
  if (isolation.kind !== "box") return check("box.probe", null, `isolation is ${isolation.kind}`);
  const plan = {
    ...{ workDir: baseDir, scratch: baseDir, codexHome: null, readOnly: toolPaths, lent: [] },
    ...{ env: { PATH: path }, network: { kind: "full" } as const, limits: boxLimits(policy) },
  };
  return recently(`box ${JSON.stringify([isolation.bwrap, plan])}`, async () => {
    const probe = await probeBox({ bwrap: isolation.bwrap, plan, signal });
    return probe.ok
      ? check("box.probe", null, probe.version)
      : check("box.probe", `${probe.cause}. ${probe.remedy}`, "");
  });
}

const TRANSIENT: ReadonlySet<string> = new Set(["network", "failed"]);

/** Why the repository could not be provisioned, as a check that failed. */
export function cloneFailed({ kind, stderr }: GitRefusal): PreflightCheck {
  return check("repository.clone", `${kind}: ${stderr.slice(0, 1_000)}`, "", TRANSIENT.has(kind));
}
