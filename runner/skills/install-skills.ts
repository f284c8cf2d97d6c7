import { join } from "node:path";
import type { SkillName } from "../../src/core/skills.ts";
import { openSkillsRoot, replaceFolder } from "./replace-folder.ts";
import { readShipped } from "./shipped.ts";
import { type SkillStatus, skillStatuses } from "./skill-status.ts";

export type Installed = {
  name: SkillName;
  result: "installed" | "already_installed" | "replaced" | "missing_source";
};
export type Installation =
  | { kind: "done"; root: string; results: Installed[] }
  /** Somebody changed these, so nothing at all was written. */
  | { kind: "drifted"; names: SkillName[] };

type Order = { codexHome: string; names: readonly SkillName[]; force: boolean };

/** Puts shipped skills into a Codex home, each at once or not at all. */
export async function installSkills({ codexHome, names, force }: Order): Promise<Installation> {
  const root = await openSkillsRoot(codexHome);
  const statuses = await skillStatuses(codexHome, names);
  const drifted = statuses.filter(({ status }) => status === "drifted").map(({ name }) => name);
  if (drifted.length > 0 && !force) return { kind: "drifted", names: drifted };
  const results: Installed[] = [];
  for (const status of statuses) results.push(await installOne(root, status));
  return { kind: "done", root, results };
}

async function installOne(root: string, { name, status }: SkillStatus): Promise<Installed> {
  if (status === "installed") return { name, result: "already_installed" };
  const shipped = await readShipped(name);
  if (shipped === null) return { name, result: "missing_source" };
  await replaceFolder(join(root, name), shipped.files);
  return { name, result: status === "drifted" ? "replaced" : "installed" };
}
