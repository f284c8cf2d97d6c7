import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitCall, type GitResult, git, gitBytes } from "./git.ts";
import { sureSha } from "./ref-names.ts";

/** The one ref in every bundle of ours. */
export const CHANGE_REF = "refs/agentpr/change";

type BundleCall = Pick<GitCall, "home" | "signal"> & { gitDir: string };

/** The commits from the base (not in it) up to the change, with the base as the only prerequisite. */
export async function createBundle(
  call: BundleCall & { baseSha: string; sha: string },
): Promise<GitResult<Uint8Array>> {
  const { gitDir, home, signal } = call;
  const place = { gitDir, home, signal };
  const named = await git({ ...place, args: ["update-ref", CHANGE_REF, sureSha(call.sha)] });
  if (!named.ok) return named;
  const args = ["bundle", "create", "--quiet", "-", CHANGE_REF, `^${sureSha(call.baseSha)}`];
  return gitBytes({ ...place, args });
}

/** Puts a bundle's change into a repository that has the base behind a ref; says which commit the bundle named. */
export async function unpackBundle(call: BundleCall & { bundle: Uint8Array }): Promise<GitResult> {
  const { gitDir, home, signal } = call;
  const file = join(gitDir, `incoming-${randomUUID()}.bundle`);
  await writeFile(file, call.bundle);
  try {
    const listed = await git({ gitDir, home, signal, args: ["bundle", "unbundle", file] });
    return listed.ok ? await keepChange(call, listed.value) : listed;
  } finally {
    await rm(file, { force: true });
  }
}

/** The commits that a repository must have before it can take the bundle; they stand in its header, before the empty line. */
export function bundlePrerequisites(bundle: Uint8Array): string[] {
  const end = Buffer.from(bundle).indexOf("\n\n");
  const header = new TextDecoder().decode(bundle.subarray(0, Math.max(0, Math.min(end, LONGEST_HEADER))));
  return [...header.matchAll(/^-([0-9a-f]{40}(?:[0-9a-f]{24})?)(?: |$)/gm)].map(([, sha = ""]) => sha);
}

const LONGEST_HEADER = 1_000_000;

async function keepChange({ gitDir, home, signal }: BundleCall, listed: string): Promise<GitResult> {
  const [sha, ref] = listed.split(" ");
  if (ref !== CHANGE_REF || sha === undefined)
    return { ok: false, kind: "failed", stderr: `The bundle names "${listed}", not one ${CHANGE_REF}` };
  const kept = await git({ gitDir, home, signal, args: ["update-ref", CHANGE_REF, sureSha(sha)] });
  return kept.ok ? { ok: true, value: sha } : kept;
}
