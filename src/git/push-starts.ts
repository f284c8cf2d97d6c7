import { parse } from "yaml";
import { pullStartsWorkflow, pushStartsWorkflow, type WorkflowFile } from "../core/workflow-trigger.ts";
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
  const files = await readWorkflows(request);
  return files.ok ? { ok: true, value: pushStartsWorkflow(files.value, request.branch) } : files;
}

/** The same, and those that a pull request into the base branch would start. */
export async function startedWorkflows(
  request: PushStartsRequest & { baseBranch: string },
): Promise<GitResult<{ push: string[]; pull: string[] }>> {
  const files = await readWorkflows(request);
  if (!files.ok) return files;
  const push = pushStartsWorkflow(files.value, request.branch);
  return { ok: true, value: { push, pull: pullStartsWorkflow(files.value, request.baseBranch) } };
}

function readWorkflows(request: PushStartsRequest): Promise<GitResult<WorkflowFile[]>> {
  return withScratchRepository(request.signal, async (scratch): Promise<GitResult<WorkflowFile[]>> => {
    const order = { ...request, from: sureSha(request.baseSha), as: "refs/agentpr/base" };
    const fetched = await fetchCommit(scratch, order);
    return fetched.ok ? workflowFiles(scratch, request.baseSha) : fetched;
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
