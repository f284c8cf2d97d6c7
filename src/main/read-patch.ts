import type { Change } from "../core/change.ts";
import type { Run } from "../core/run.ts";
import { findChange, readBundle } from "../database/changes.ts";
import type { Database } from "../database/connect.ts";
import { unpackBundle } from "../git/bundle.ts";
import { readDiff } from "../git/diff.ts";
import { fetchCommit } from "../git/fetch-commit.ts";
import { withScratchRepository } from "../git/scratch.ts";
import type { Lender } from "./lend-to-read.ts";

type Where = {
  database: Database;
  githubUrl: string;
  /** A token for what is not public; null where whoever asks has not been found to have a say there. */
  lend: Lender | null;
};

/** The whole diff of a run's sealed change, as git tells it; null where its base cannot be fetched. */
export async function readPatch(where: Where, run: Run, signal: AbortSignal): Promise<string | null> {
  const open = await patchWith(where, run, { token: null, signal });
  if (open !== null || where.lend === null || run.changeId === null) return open;
  const lent = await where.lend(run);
  if (lent === null) return null;
  try {
    return await patchWith(where, run, { token: lent.token, signal });
  } finally {
    await lent.revoke();
  }
}

type Fetching = { token: string | null; signal: AbortSignal };

async function patchWith({ database, githubUrl }: Where, run: Run, fetching: Fetching) {
  const change = run.changeId === null ? null : await findChange(database.knex, run.changeId);
  const bundle = change === null ? null : await readBundle(database.knex, change.id);
  if (change === null || bundle === null) return null;
  const url = `${githubUrl}/${run.owner}/${run.repo}.git`;
  return diffOf(change, bundle, { url, ...fetching });
}

async function diffOf(
  { baseSha, sha }: Pick<Change, "baseSha" | "sha">,
  bundle: Buffer,
  { url, token, signal }: Fetching & { url: string },
): Promise<string | null> {
  const read = await withScratchRepository(signal, async (scratch) => {
    const fetched = await fetchCommit(scratch, { url, token, from: baseSha, as: "refs/agentpr/base" });
    const unpacked = fetched.ok ? await unpackBundle({ ...scratch, bundle }) : fetched;
    return unpacked.ok ? readDiff({ ...scratch, from: baseSha, to: sha }) : unpacked;
  });
  return read.ok ? read.patch : null;
}
