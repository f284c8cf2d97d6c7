import type { Change } from "../core/change.ts";
import type { Run } from "../core/run.ts";
import { findChange, readBundle } from "../database/changes.ts";
import type { Database } from "../database/connect.ts";
import { unpackBundle } from "../git/bundle.ts";
import { readDiff } from "../git/diff.ts";
import { fetchCommit } from "../git/fetch-commit.ts";
import { withScratchRepository } from "../git/scratch.ts";
import type { Lender } from "./lend-to-read.ts";

type Where = { database: Database; githubUrl: string };

/** The whole diff of a run's sealed change, as git tells it; null where its base cannot be fetched without a token. */
export async function readPatch(where: Where, run: Run, signal: AbortSignal): Promise<string | null> {
  return patchWith(where, run, { token: null, signal });
}

/** The same for whoever may see what is not public: where it cannot be fetched otherwise, with a token for that one fetch. */
export async function readAnyPatch(
  where: Where & { lend: Lender },
  run: Run,
  signal: AbortSignal,
): Promise<string | null> {
  const open = await readPatch(where, run, signal);
  const lent = open === null && run.changeId !== null ? await where.lend(run) : null;
  if (lent === null) return open;
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
