import { type GitCall, type GitResult, gitBytes } from "./git.ts";

type BlobCall = Pick<GitCall, "home" | "signal"> & { gitDir: string; blobs: readonly string[] };

/** The contents of small blobs (targets of links, manifests), by blob name. */
export async function readBlobs(call: BlobCall): Promise<GitResult<Map<string, string>>> {
  const { gitDir, home, signal, blobs } = call;
  if (blobs.length === 0) return { ok: true, value: new Map() };
  const input = `${blobs.join("\n")}\n`;
  const answer = await gitBytes({ gitDir, home, signal, args: ["cat-file", "--batch"], input });
  return answer.ok ? { ok: true, value: parseBatch(Buffer.from(answer.value)) } : answer;
}

/** "<sha> blob <size>\n<content>\n", again and again. */
function parseBatch(output: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf("\n", at);
    const [sha = "", type = "", size = ""] = output
      .toString("latin1", at, end < 0 ? undefined : end)
      .split(" ");
    if (end < 0 || type !== "blob") break;
    const start = end + 1;
    found.set(sha, output.toString("utf8", start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return found;
}
