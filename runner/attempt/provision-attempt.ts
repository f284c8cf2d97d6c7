import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { Governance } from "../../src/core/governance.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { readBundle } from "../../src/database/changes.ts";
import type { Db } from "../../src/database/connect.ts";
import { layOut } from "../workspace/lay-out.ts";
import type { Workspace } from "../workspace/provision.ts";
import { gatherGovernance } from "./gather-governance.ts";
import { check, checkMachine, checkRoom, cloneFailed } from "./preflight.ts";
import { checkRepository } from "./preflight-repository.ts";
import type { RunnerSettings } from "./settings.ts";

export type Provisioning =
  | { ok: true; workspace: Workspace; governance: Governance; checks: PreflightCheck[] }
  | { ok: false; checks: PreflightCheck[] };
/** What of an attempt's order says where it works. */
export type Place = Pick<AttemptSpec, "runId" | "clone" | "base" | "from" | "policy" | "repository" | "seal">;
/** `db` is only asked for the change to go on from. */
type Order = { db: Db | null; settings: RunnerSettings; spec: Place; signal: AbortSignal };

/** A clean workspace at the exact commit, from the mirror; what stands in the way comes back as failed checks. */
export async function provisionAttempt({ db, settings, spec, signal }: Order): Promise<Provisioning> {
  const home = join(settings.cacheDir, "home");
  await Promise.all([home, settings.baseDir].map((folder) => mkdir(folder, { recursive: true })));
  const { policy, clone, base } = spec;
  const look = { settings, policy, home, signal };
  const room = settings.skipPreflight ? [] : await checkRoom(look);
  if (room.some(({ ok }) => !ok)) return { ok: false, checks: room };
  const { cacheDir } = settings;
  // The machine is tried while the host is asked: each takes as long as the other.
  const [tried, provisioned] = await Promise.all([
    settings.skipPreflight ? [] : checkMachine(look),
    layOut({
      remote: { cacheDir, ...clone, token: null, branch: base.branch, sha: base.sha, home, signal },
      baseDir: settings.baseDir,
      run: { owner: clone.owner, repo: clone.repo, runId: spec.runId },
      from: await startingPoint(db, spec),
      branch: spec.seal.branch,
      historyDepth: policy.agent_history_depth,
      identity: spec.seal.author,
      signal,
    }),
  ]);
  const machine = [...room, ...tried];
  if (!provisioned.ok) return { ok: false, checks: [...machine, cloneFailed(provisioned)] };
  if (machine.some(({ ok }) => !ok)) return { ok: false, checks: machine };
  const { workspace } = provisioned;
  const [governance, repository] = await Promise.all([
    gatherGovernance(workspace, signal),
    settings.skipPreflight
      ? []
      : checkRepository({ settings, policy, repository: spec.repository, workspace, signal }),
  ]);
  const mirror = check("repository.mirror", null, `${base.branch} is at ${workspace.baseSha.slice(0, 12)}`);
  const checks = [...machine, mirror, ...repository];
  return checks.every(({ ok }) => ok) ? { ok: true, workspace, governance, checks } : { ok: false, checks };
}

async function startingPoint(
  db: Db | null,
  { from }: Place,
): Promise<{ sha: string; bundle: Uint8Array } | null> {
  const bundle = from === null || db === null ? null : await readBundle(db, from.changeId);
  return from && bundle ? { sha: from.sha, bundle } : null;
}
