import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { Governance } from "../../src/core/governance.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { readBundle } from "../../src/database/changes.ts";
import type { Db } from "../../src/database/connect.ts";
import { ensureCommit, type HeldMirror, type MirrorAnswer } from "../../src/git/mirror.ts";
import type { Borrow, BorrowRefusal } from "../credential/borrow.ts";
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
type Order = {
  db: Db | null;
  settings: RunnerSettings;
  spec: Place;
  borrow?: Borrow;
  signal: AbortSignal;
};

/** A clean workspace at the exact commit, from the mirror; what stands in the way comes back as failed checks. */
export async function provisionAttempt(order: Order): Promise<Provisioning> {
  const { db, settings, spec, signal } = order;
  const home = join(settings.cacheDir, "home");
  await Promise.all([home, settings.baseDir].map((folder) => mkdir(folder, { recursive: true })));
  const { policy, clone, base } = spec;
  const look = { settings, policy, home, signal };
  const room = settings.skipPreflight ? [] : await checkRoom(look);
  if (room.some(({ ok }) => !ok)) return { ok: false, checks: room };
  const held = { cacheDir: settings.cacheDir, ...clone, ...base, home, signal };
  // The machine is tried while the host is asked: each takes as long as the other.
  const [tried, provisioned] = await Promise.all([
    settings.skipPreflight ? [] : checkMachine(look),
    layOut({
      held,
      ask: () => fetchBase(order, held),
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

const NO_LENDER: BorrowRefusal = { ok: false, kind: "auth", why: "only an attempt of a run may borrow one" };

/** A private repository is asked for anew each time, also where the mirror has it all: it may be out of reach by now. */
async function fetchBase(
  { spec: { clone }, borrow, signal }: Order,
  held: HeldMirror,
): Promise<MirrorAnswer> {
  const fetch = (token: string | null) => ensureCommit({ ...held, url: clone.url, token });
  if (clone.privateTo === null) return fetch(null);
  const lent = (await borrow?.(signal)) ?? NO_LENDER;
  if (!lent.ok) return { ok: false, kind: lent.kind, stderr: `no credential was lent: ${lent.why}` };
  try {
    return await fetch(lent.token);
  } finally {
    await lent.takeBack();
  }
}

async function startingPoint(
  db: Db | null,
  { from }: Place,
): Promise<{ sha: string; bundle: Uint8Array } | null> {
  const bundle = from === null || db === null ? null : await readBundle(db, from.changeId);
  return from && bundle ? { sha: from.sha, bundle } : null;
}
