import { parse } from "yaml";
import { pushStartsWorkflow, type WorkflowFile } from "../core/workflow-trigger.ts";
import { readBlobs } from "./blobs.ts";
import { fetchCommit } from "./fetch-commit.ts";
import { type GitResult, git } from "./git.ts";
import { sureSha } from "./ref-names.ts";
import { type Scratch, withScratchRepository } from "./scratch.ts";

export type PushStartsRequest = {
  url: string;
  token: string | null;
  branch: string;
  baseSha: string;
  signal: AbortSignal;
};

/** Names of the workflows at the base commit that a push to the branch would start, with the target's secrets. */
export async function pushStarts(request: PushStartsRequest): Promise<GitResult<string[]>> {
  return withScratchRepository(request.signal, async (scratch): Promise<GitResult<string[]>> => {
    const order = { ...request, from: sureSha(request.baseSha), as: "refs/agentpr/base" };
    const fetched = await fetchCommit(scratch, order);
    if (!fetched.ok) return fetched;
    const files = await workflowFiles(scratch, request.baseSha);
    return files.ok ? { ok: true, value: pushStartsWorkflow(files.value, request.branch) } : files;
  });
}

async function workflowFiles(scratch: Scratch, sha: string): Promise<GitResult<WorkflowFile[]>> {
  const listed = await git({ ...scratch, args: ["ls-tree", "-z", sureSha(sha), "--", ".github/workflows/"] });
  if (!listed.ok) return listed;
  const entries = listed.value.split("\0").flatMap((row) => {
    const [, blob = "", path = ""] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(row) ?? [];
    return /\.ya?ml$/.test(path) ? [{ blob, path }] : [];
  });
  const blobs = await readBlobs({ ...scratch, blobs: entries.map(({ blob }) => blob) });
  if (!blobs.ok) return blobs;
  return {
    ok: true,
    value: entries.map(({ blob, path }) => ({ path, doc: readDocument(blobs.value.get(blob)) })),
  };
}

/** What cannot be read counts as starting. */
function readDocument(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parse(text);
  } catch {
    return undefined; // said by the type: a document that could not be read
  }
}
