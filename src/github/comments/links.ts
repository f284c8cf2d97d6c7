import { link } from "../../core/markdown.ts";
import type { Run } from "../../core/run.ts";

export type Links = {
  /** Base of GitHub's pages. */
  githubUrl: string;
  /** Base of our own run pages; null where nobody can reach them. */
  webUrl: string | null;
};

/** Where a run can be looked at, as Markdown links. */
export function linksOf(run: Run, { githubUrl, webUrl }: Links): string[] {
  const repository = `${githubUrl}/${run.owner}/${run.repo}`;
  const branch = run.branch.split("/").map(encodeURIComponent).join("/");
  return [
    ...(run.prNumber === null
      ? []
      : [link(`pull request ${run.prNumber}`, `${repository}/pull/${run.prNumber}`)]),
    ...(run.publishedSha === null ? [] : [link("branch", `${repository}/tree/${branch}`)]),
    ...(webUrl === null ? [] : [link("run page", `${webUrl}/runs/${encodeURIComponent(run.id)}`)]),
  ];
}
