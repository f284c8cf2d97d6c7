import { type GitCall, type GitResult, git, gitBytes } from "./git.ts";
import { sureSha } from "./ref-names.ts";

export type Signature = { name: string; email: string };
export type CommitFacts = {
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  /** Seconds since 1970, of author and committer. */
  authoredAt: number;
  committedAt: number;
  message: string;
  /** Headers beyond the ordinary four, such as signatures and encodings. */
  extraHeaders: string[];
};

type Place = Pick<GitCall, "home" | "signal"> & { gitDir: string };
type CommitOrder = Place & {
  treeSha: string;
  parentSha: string;
  /** A second parent, for a merge. */
  mergedSha?: string | null | undefined;
  author: Signature;
  committer: Signature;
  at: number;
  message: string;
};

/** Makes the commit and nothing else; the same order gives the same commit on every machine. */
export async function makeCommit(order: CommitOrder): Promise<GitResult> {
  const { home, signal, gitDir, author, committer } = order;
  const date = `${order.at} +0000`;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: date,
  };
  const parents = [order.parentSha, ...(order.mergedSha ? [order.mergedSha] : [])];
  const named = parents.flatMap((parent) => ["-p", sureSha(parent)]);
  const args = ["commit-tree", ...named, "-F", "-", sureSha(order.treeSha)];
  return git({ home, signal, gitDir, args, env, input: order.message });
}

export async function readCommit(place: Place & { sha: string }): Promise<GitResult<CommitFacts>> {
  const { home, signal, gitDir, sha } = place;
  const raw = await gitBytes({ home, signal, gitDir, args: ["cat-file", "commit", sureSha(sha)] });
  return raw.ok ? { ok: true, value: parseCommit(new TextDecoder().decode(raw.value)) } : raw;
}

export function parseCommit(raw: string): CommitFacts {
  const end = raw.indexOf("\n\n");
  const headers = raw.slice(0, end).split("\n");
  const values = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const author = signature(values("author")[0] ?? "");
  const committer = signature(values("committer")[0] ?? "");
  return {
    tree: values("tree")[0] ?? "",
    parents: values("parent"),
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
    authoredAt: author.at,
    committedAt: committer.at,
    message: raw.slice(end + 2),
    extraHeaders: headers.filter((line) => !/^(tree|parent|author|committer) /.test(line)),
  };
}

function signature(text: string): Signature & { at: number } {
  const [, name = "", email = "", at = ""] = /^(.*) <(.*)> (-?\d+) [+-]\d{4}$/.exec(text) ?? [];
  return { name, email, at: Number(at) };
}
