import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { readBundle } from "../../src/database/changes.ts";
import type { Db } from "../../src/database/connect.ts";
import { ensureCommit } from "../../src/git/mirror.ts";
import { provision, type Workspace } from "../workspace/provision.ts";
import { check, checkMachine, cloneFailed } from "./preflight.ts";
import { checkRepository } from "./preflight-repository.ts";
import type { RunnerSettings } from "./settings.ts";

export type Provisioning =
  | { ok: true; workspace: Workspace; checks: PreflightCheck[] }
  | { ok: false; checks: PreflightCheck[] };
/** What of an attempt's order says where it works. */
export type Place = Pick<AttemptSpec, "runId" | "clone" | "base" | "from" | "policy" | "repository" | "seal">;
/** `db` is only asked for the change to go on from. */
type Order = { db: Db | null; settings: RunnerSettings; spec: Place; signal: AbortSignal };

/** A clean workspace at the exact commit, from the mirror; what stands in the way comes back as failed checks. */
export async function provisionAttempt({ db, settings, spec, signal }: Order): Promise<Provisioning> {
  const home = join(settings.cacheDir, "home");
  await Promise.all([home, settings.baseDir].map((folder) => mkdir(folder, { recursive: true })));
  const { policy } = spec;
  const machine = settings.skipPreflight ? [] : await checkMachine({ settings, policy, home, signal });
  if (machine.some(({ ok }) => !ok)) return { ok: false, checks: machine };
  const { clone, base } = spec;
  const commit = await ensureCommit({
    cacheDir: settings.cacheDir,
    ...clone,
    token: null,
    branch: base.branch,
    sha: base.sha,
    home,
    signal,
  });
  if (!commit.ok) return { ok: false, checks: [...machine, cloneFailed(commit)] };
  const provisioned = await provision({
    baseDir: settings.baseDir,
    run: { owner: clone.owner, repo: clone.repo, runId: spec.runId },
    mirror: commit.mirror,
    base: { branch: base.branch, sha: commit.sha },
    from: await startingPoint(db, spec),
    branch: spec.seal.branch,
    historyDepth: spec.policy.agent_history_depth,
    identity: spec.seal.author,
    signal,
  });
  if (!provisioned.ok) return { ok: false, checks: [...machine, cloneFailed(provisioned)] };
  const { workspace } = provisioned;
  const mirror = check("repository.mirror", null, `${base.branch} is at ${commit.sha.slice(0, 12)}`);
  const repository = settings.skipPreflight
    ? []
    : await checkRepository({ settings, policy, repository: spec.repository, workspace, signal });
  const checks = [...machine, mirror, ...repository];
  return checks.every(({ ok }) => ok) ? { ok: true, workspace, checks } : { ok: false, checks };
}

async function startingPoint(
  db: Db | null,
  { from }: Place,
): Promise<{ sha: string; bundle: Uint8Array } | null> {
  const bundle = from === null || db === null ? null : await readBundle(db, from.changeId);
  return from && bundle ? { sha: from.sha, bundle } : null;
}
