import type { CommitFile } from "../../core/touched-lines.ts";
import type { Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import { orNull } from "./pages.ts";

/** What a commit changed against its first parent; up to the 300 files of GitHub's first page, and none of one that is gone. */
export async function readCommitFiles(
  client: RepositoryClient,
  target: Target,
  sha: string,
): Promise<CommitFile[]> {
  const { owner, repo } = target.fork ?? target;
  return client.as(target, "read_checks", async (octokit) => {
    const asked = octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", { owner, repo, ref: sha });
    const files = (await orNull(asked))?.data.files ?? [];
    return files.map(({ filename, previous_filename, patch }) => ({
      path: filename,
      oldPath: previous_filename ?? null,
      patch: patch ?? null,
    }));
  });
}
