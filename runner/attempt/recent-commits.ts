import type { CommitFact } from "../../src/core/commit-convention.ts";
import { git } from "../../src/git/git.ts";
import type { Workspace } from "../workspace/provision.ts";

const COMMITS = 30;
const FORMAT = "%s%x1f%(trailers:key=Signed-off-by,valueonly,separator=%x20)";

type Place = Pick<Workspace, "gitDir" | "home" | "baseSha">;

/** The base's newest commits, for the target's customs; none when the history cannot be read. */
export async function recentCommits(
  { gitDir, home, baseSha }: Place,
  signal: AbortSignal,
): Promise<CommitFact[]> {
  const args = ["log", "--no-merges", `--max-count=${COMMITS}`, `--format=${FORMAT}`, baseSha];
  const log = await git({ gitDir, home, signal, args });
  if (!log.ok) return [];
  return log.value.split("\n").flatMap((line) => {
    const [subject = "", signed = ""] = line.split("\u001f");
    return subject === "" ? [] : [{ subject: subject.slice(0, 500), signedOff: signed.trim() !== "" }];
  });
}
