import { rm } from "node:fs/promises";
import { type Written, writePolicyVersion } from "../config/new-policy-version.ts";
import { writePromptVersion } from "../config/new-prompt-version.ts";
import type { AppSettings } from "../config/settings.ts";
import type { Patch } from "../core/learning/proposal.ts";
import { EXIT, Problem } from "../core/problem.ts";
import type { Database } from "../database/connect.ts";
import { decideProposal, type StoredProposal } from "../database/proposals.ts";
import { writeSkillVersion } from "./write-skill-version.ts";

type Places = Pick<AppSettings, "policyFile" | "root" | "dataDir">;
export type Accepted = Written & { inForce: string };

/**
 * Writes the new version that a proposal stands for, and then that it was accepted and by whom. A policy and a prompt are not
 * in force by that, a skill is: one that was written although somebody else had decided in the same instant is taken back.
 */
export async function acceptProposal(
  database: Database,
  { id, status, proposal: { patch } }: StoredProposal,
  { by, places }: { by: string; places: Places },
): Promise<Accepted> {
  if (status !== "open") throw decided(id, status);
  const written = await write(patch, places);
  const detail = `${patch.kind} ${written.version}: ${written.file}`;
  if (!(await decideProposal(database, { id, status: "accepted", by, detail, written }))) {
    if (patch.kind === "skill") await rm(written.file, { recursive: true, force: true });
    throw decided(id, "decided by somebody else");
  }
  return { ...written, inForce: inForce(patch, written) };
}

function write(patch: Patch, { policyFile, root, dataDir }: Places): Written | Promise<Written> {
  if (patch.kind === "policy") return writePolicyVersion(policyFile, patch);
  return patch.kind === "prompt" ? writePromptVersion(root, patch) : writeSkillVersion(dataDir, patch);
}

function inForce(patch: Patch, { version, file }: Written): string {
  if (patch.kind === "policy") return `Set AGENTPR_POLICY_FILE=${file} and start the app again.`;
  if (patch.kind === "prompt")
    return `Set AGENTPR_DEFAULT_PROMPT_VERSION=${version} and start the app again, or name it for a run with create-run --prompt-version.`;
  return "The runner on this machine uses it from its next attempt on; other runners once the folder lies in the skills folder of their data folder.";
}

export function decided(id: string, status: string): Problem {
  return new Problem(
    `Proposal ${id} is not open`,
    `it is ${status}`,
    "List those that are with: agentpr proposals list",
    EXIT.refused,
  );
}
