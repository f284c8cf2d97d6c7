import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeBareRepository } from "../../src/git/bare-repository.ts";
import { unpackBundle } from "../../src/git/bundle.ts";
import { type GitResult, git } from "../../src/git/git.ts";
import { sureSha } from "../../src/git/ref-names.ts";
import { settleAttributes } from "./attributes.ts";
import type { WorkspacePaths } from "./paths.ts";

export type OwnRepository = {
  paths: WorkspacePaths;
  mirror: string;
  baseSha: string;
  from: { sha: string; bundle: Uint8Array } | null;
  signal: AbortSignal;
};

/** The engine's git folder: bare, borrowing the mirror's objects, with the base and the sealed change in it. */
export async function makeOwnRepository(order: OwnRepository): Promise<GitResult> {
  const { gitDir, home } = order.paths;
  const place = { home, signal: order.signal };
  await makeBareRepository(gitDir);
  await writeFile(join(gitDir, "objects", "info", "alternates"), `${join(order.mirror, "objects")}\n`);
  await settleAttributes(gitDir);
  const args = ["update-ref", "refs/agentpr/base", sureSha(order.baseSha)];
  const based = await git({ ...place, gitDir, args });
  return based.ok && order.from ? unpackChange(order, order.from) : based;
}

async function unpackChange(
  order: OwnRepository,
  from: { sha: string; bundle: Uint8Array },
): Promise<GitResult> {
  const { gitDir, home } = order.paths;
  const named = await unpackBundle({ gitDir, home, signal: order.signal, bundle: from.bundle });
  if (!named.ok || named.value === from.sha) return named;
  return { ok: false, kind: "failed", stderr: `The bundle holds ${named.value}, not ${from.sha}` };
}
