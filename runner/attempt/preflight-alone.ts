import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { Policy } from "../../src/core/policy.ts";
import { type PreflightReport, summarisePreflight } from "../../src/core/preflight-report.ts";
import { NO_SETTINGS } from "../../src/core/repository-settings.ts";
import { git } from "../../src/git/git.ts";
import { remoteProblem } from "../../src/git/remote.ts";
import { removeWorkspace } from "../workspace/sweep.ts";
import { isolationFor } from "./isolation.ts";
import { registryChecks } from "./package-registries.ts";
import { check } from "./preflight.ts";
import { type Place, provisionAttempt } from "./provision-attempt.ts";
import type { RunnerSettings } from "./settings.ts";

export type PreflightOrder = {
  settings: RunnerSettings;
  policy: Policy;
  repository: { url: string; owner: string; repo: string };
  /** Reads the repository, where it is private. */
  token?: string | null;
  /** Null is the default branch. */
  branch: string | null;
  /** Whether to ask the registries that this machine's package managers are set to. */
  network: boolean;
  signal: AbortSignal;
};

/** The preflight of an attempt without the attempt, in folders of its own that are gone afterwards. */
export async function preflightAlone(order: PreflightOrder): Promise<PreflightReport> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "agentpr-preflight-"));
  try {
    return summarisePreflight(await checksIn(folder, order), performance.now() - started);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checksIn(folder: string, order: PreflightOrder): Promise<PreflightCheck[]> {
  const held = isolationFor(order.settings, order.policy);
  if (!held.ok) return [held.check];
  const home = join(folder, "home");
  await mkdir(home);
  const branch = await branchOf(order, home);
  if (!branch.ok) return [check("repository.mirror", branch.why, "", true)];
  const settings = { ...order.settings, isolation: held.isolation, cacheDir: folder };
  const place = placeOf(order, branch.name);
  const provisioned = await provisionAttempt({
    ...{ db: null, settings, spec: place, signal: order.signal },
    borrow: async () => ({ ok: true, token: order.token ?? "", takeBack: () => Promise.resolve() }),
  });
  await removeWorkspace(settings.baseDir, { ...order.repository, runId: place.runId });
  const needed = provisioned.checks.map(({ name }) => name);
  const registries = order.network ? await registryChecks(needed, order) : [];
  return [...provisioned.checks, ...registries];
}

type Branch = { ok: true; name: string } | { ok: false; why: string };

async function branchOf(
  { repository, branch, token = null, signal }: PreflightOrder,
  home: string,
): Promise<Branch> {
  if (branch !== null) return { ok: true, name: branch };
  const { url } = repository;
  const problem = remoteProblem(url);
  if (problem) return { ok: false, why: problem };
  const args = ["ls-remote", "--quiet", "--symref", "--end-of-options", url, "HEAD"];
  const answer = await git({ args, home, signal, remote: { url, token } });
  if (!answer.ok) return { ok: false, why: `${answer.kind}: ${answer.stderr.slice(0, 500)}` };
  const name = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer.value)?.[1];
  return name === undefined ? { ok: false, why: "it has no default branch" } : { ok: true, name };
}

const NOBODY = { name: "agentpr", email: "agentpr@localhost" };

function placeOf({ repository, policy, token = null }: PreflightOrder, branch: string): Place {
  const { url, owner, repo } = repository;
  return {
    runId: `preflight-${randomBytes(6).toString("hex")}`,
    clone: {
      url,
      owner,
      repo,
      host: new URL(url).host,
      repositoryId: 0,
      privateTo: token === null ? null : 0,
    },
    base: { branch, sha: null },
    from: null,
    policy,
    repository: NO_SETTINGS,
    seal: {
      ...{ branch: `${policy.branch_prefix}preflight`, author: NOBODY, committer: NOBODY },
      ...{ at: 0, signOff: false, trailers: [] },
    },
  };
}
