import { isDeepStrictEqual } from "node:util";
import type { CommitFacts, Signature } from "./commit.ts";

export type ExpectedCommit = {
  parentSha: string;
  mergedSha?: string | null | undefined;
  treeSha: string;
  author: Signature;
  committer: Signature;
  at: number;
  message: string;
};

/** How the commit that the bundle holds differs from the one that was accepted; empty when in nothing. */
export function commitDifferences(commit: CommitFacts, expected: ExpectedCommit): string[] {
  const parents = [expected.parentSha, ...(expected.mergedSha ? [expected.mergedSha] : [])];
  const rows: readonly (readonly [what: string, is: unknown, should: unknown])[] = [
    ["parent", commit.parents, parents],
    ["tree", commit.tree, expected.treeSha],
    ["author", commit.author, expected.author],
    ["committer", commit.committer, expected.committer],
    ["author date", commit.authoredAt, expected.at],
    ["commit date", commit.committedAt, expected.at],
    ["message", commit.message.trimEnd(), expected.message.trimEnd()],
    ["extra headers", commit.extraHeaders, []],
  ];
  return rows
    .filter(([, is, should]) => !isDeepStrictEqual(is, should))
    .map(
      ([what, is]) => `The commit's ${what} is not what was accepted: ${JSON.stringify(is)?.slice(0, 200)}`,
    );
}
