import { choosePullTemplate } from "../core/pull-template-place.ts";
import { fetchCommit } from "./fetch-commit.ts";
import { type GitResult, git } from "./git.ts";
import { withScratchRepository } from "./scratch.ts";

type Template = { path: string; text: string };
type TemplatePlace = {
  gitDir: string;
  home: string;
  signal: AbortSignal;
  commit: string;
  /** What the change is about, to choose among several. */
  title: string;
};

const LONGEST = 65_536;

/** The pull request template of a commit that is there already; null where it has none. */
export async function templateAt(place: TemplatePlace): Promise<GitResult<Template | null>> {
  const { commit, title, ...at } = place;
  const listed = await git({ ...at, args: ["ls-tree", "-r", "-z", "--name-only", commit] });
  if (!listed.ok) return listed;
  const path = choosePullTemplate(listed.value.split("\0"), title);
  if (path === null) return { ok: true, value: null };
  const text = await git({ ...at, args: ["cat-file", "blob", `${commit}:${path}`] });
  return text.ok ? { ok: true, value: { path, text: text.value.slice(0, LONGEST) } } : text;
}

type RemotePlace = { url: string; title: string; signal: AbortSignal };

/** The template on the default branch of a public repository; null where there is no such repository or template. */
export function readRemoteTemplate({ url, title, signal }: RemotePlace): Promise<GitResult<Template | null>> {
  return withScratchRepository(signal, async (scratch): Promise<GitResult<Template | null>> => {
    const commit = "refs/agentpr/head";
    const fetched = await fetchCommit(scratch, { url, token: null, from: "HEAD", as: commit });
    if (fetched.ok) return templateAt({ ...scratch, commit, title });
    const isAbsent = fetched.kind === "not_found" || fetched.kind === "auth";
    return isAbsent ? { ok: true, value: null } : fetched;
  });
}
