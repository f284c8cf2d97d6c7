import type { Run } from "../core/run.ts";
import { findChange, readBundle } from "../database/changes.ts";
import type { Database } from "../database/connect.ts";
import { unpackBundle } from "../git/bundle.ts";
import { readDiff } from "../git/diff.ts";
import { fetchCommit } from "../git/fetch-commit.ts";
import { withScratchRepository } from "../git/scratch.ts";

type Where = { database: Database; githubUrl: string };

/** The whole diff of a run's sealed change, as git tells it; null where its base cannot be fetched without a token. */
export async function readPatch(
  { database, githubUrl }: Where,
  run: Run,
  signal: AbortSignal,
): Promise<string | null> {
  const change = run.changeId === null ? null : await findChange(database.knex, run.changeId);
  const bundle = change === null ? null : await readBundle(database.knex, change.id);
  if (change === null || bundle === null) return null;
  const url = `${githubUrl}/${run.owner}/${run.repo}.git`;
  const read = await withScratchRepository(signal, async (scratch) => {
    const fetched = await fetchCommit(scratch, {
      url,
      token: null,
      from: change.baseSha,
      as: "refs/agentpr/base",
    });
    const unpacked = fetched.ok ? await unpackBundle({ ...scratch, bundle }) : fetched;
    return unpacked.ok ? readDiff({ ...scratch, from: change.baseSha, to: change.sha }) : unpacked;
  });
  return read.ok ? read.patch : null;
}
