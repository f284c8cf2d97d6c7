import type { AttemptReport } from "../../src/core/attempt.ts";
import { git } from "../../src/git/git.ts";
import type { Workspace } from "../workspace/provision.ts";

/** Where GitHub looks for a template, first one wins; names are compared without case. */
const PLACES = [
  /^\.github\/pull_request_template\.(md|txt)$/i,
  /^pull_request_template\.(md|txt)$/i,
  /^docs\/pull_request_template\.(md|txt)$/i,
  /^\.github\/pull_request_template\/[^/]+\.md$/i,
];
const LONGEST = 65_536;

/** The target's own pull request template at the base commit. */
export async function readPullTemplate(
  { gitDir, home, baseSha }: Workspace,
  signal: AbortSignal,
): Promise<AttemptReport["pullTemplate"]> {
  const listed = await git({
    gitDir,
    home,
    signal,
    args: ["ls-tree", "-r", "-z", "--name-only", baseSha, "--", ".github", "docs", "."],
  });
  if (!listed.ok) return null;
  const paths = listed.value.split("\0");
  const path = PLACES.map((place) => paths.find((each) => place.test(each))).find(
    (found) => found !== undefined,
  );
  if (path === undefined) return null;
  const text = await git({ gitDir, home, signal, args: ["cat-file", "blob", `${baseSha}:${path}`] });
  return text.ok ? { path, text: text.value.slice(0, LONGEST) } : null;
}
