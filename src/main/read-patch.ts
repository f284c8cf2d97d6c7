import type { Run } from "../core/run.ts";
import { findChange, readBundle } from "../database/changes.ts";
import type { Database } from "../database/connect.ts";
import { unpackBundle } from "../git/bundle.ts";
import { readDiff } from "../git/diff.ts";
import { fetchCommit } from "../git/fetch-commit.ts";
import { withScratchRepository } from "../git/scratch.ts";
import { withToken } from "../jobs/lent-token.ts";
import type { GitHubPort } from "../jobs/ports.ts";

type Where = {
  database: Database;
  githubUrl: string;
  /** Lends a token for what nobody may fetch; null where whoever asks has not been found to have a say there. */
  github: GitHubPort | null;
};

/** The whole diff of a run's sealed change, as git tells it; null where its base cannot be fetched. */
export async function readPatch(
  { database, githubUrl, github }: Where,
  run: Run,
  signal: AbortSignal,
): Promise<string | null> {
  const change = run.changeId === null ? null : await findChange(database.knex, run.changeId);
  const bundle = change === null ? null : await readBundle(database.knex, change.id);
  if (change === null || bundle === null) return null;
  const url = `${githubUrl}/${run.owner}/${run.repo}.git`;
  const at = { url, from: change.baseSha, to: change.sha, bundle, signal };
  const open = await readAt(at, null);
  if (open.ok) return open.patch;
  if (github === null || run.mode !== "direct") return null;
  const lent = await withToken({ github }, run, "read", (token) => readAt(at, token));
  return lent.ok ? lent.patch : null;
}

type At = { url: string; from: string; to: string; bundle: Buffer; signal: AbortSignal };

function readAt({ url, from, to, bundle, signal }: At, token: string | null) {
  return withScratchRepository(signal, async (scratch) => {
    const fetched = await fetchCommit(scratch, { url, token, from, as: "refs/agentpr/base" });
    const unpacked = fetched.ok ? await unpackBundle({ ...scratch, bundle }) : fetched;
    return unpacked.ok ? readDiff({ ...scratch, from, to }) : unpacked;
  });
}
