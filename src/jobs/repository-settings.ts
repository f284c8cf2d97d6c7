import { createHash } from "node:crypto";
import type { Policy } from "../core/policy.ts";
import { NO_SETTINGS, type RepositorySettings, readRepositorySettings } from "../core/repository-settings.ts";
import type { Run } from "../core/run.ts";
import { tighten } from "../core/tighten.ts";
import type { Db } from "../database/connect.ts";
import { insertNotice } from "../database/notices.ts";
import { type AppContext, targetOf } from "./context.ts";

export type AskedRepository = {
  settings: RepositorySettings;
  policy: Policy;
  /** What of its file could not be used or was not granted. */
  faults: string[];
};

/** What a run's repository says about itself now, and the policy that this makes. Nothing in its file stops a run but `skip`. */
export async function askRepository({ github, policyFor }: AppContext, run: Run): Promise<AskedRepository> {
  const file = await github.readSettings(targetOf(run));
  const policy = policyFor(run);
  if (file.kind === "none") return { settings: NO_SETTINGS, policy, faults: [] };
  if (file.kind === "unusable") return { settings: NO_SETTINGS, policy, faults: [file.why] };
  const { settings, faults } = readRepositorySettings(file.content);
  const tightened = tighten(policy, settings.asks);
  return { settings, policy: tightened.policy, faults: [...faults, ...tightened.refused] };
}

/** Says once for each run what is wrong with its repository's file. */
export async function noteFaults({ world }: AppContext, trx: Db, run: Run, faults: string[]): Promise<void> {
  if (faults.length === 0) return;
  const text = `${run.owner}/${run.repo}: .github/agentpr.yml is not followed in all: ${faults.join("; ")}.`;
  const print = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const cause = `repository-settings:${run.id}:${print}`;
  await insertNotice(world.database, trx, { runId: run.id, priority: "normal", text, cause });
}
