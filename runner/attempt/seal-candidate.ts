import { randomUUID } from "node:crypto";
import type { WorkerSummary } from "../../src/core/attempt.ts";
import { commitMessage } from "../../src/core/commit-message.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { git } from "../../src/git/git.ts";
import type { Candidate } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { type Sealed, sealChange } from "../workspace/seal.ts";

type Order = {
  spec: AttemptSpec;
  attemptId: string;
  workspace: Workspace;
  parentSha: string;
  candidate: Candidate;
  summary: WorkerSummary | null;
  signal: AbortSignal;
};

/** The candidate as one commit, with everything about it dictated by the app but its words. */
export async function sealCandidate({
  spec,
  attemptId,
  workspace,
  parentSha,
  candidate,
  summary,
  signal,
}: Order): Promise<Sealed> {
  const { seal, packet } = spec;
  const message = commitMessage({
    recentSubjects: await recentSubjects(workspace, signal),
    requestTitle: packet.request.title,
    summary,
    trailers: seal.trailers,
    signOff: seal.signOff ? seal.author : null,
  });
  const ids = { id: `chg_${randomUUID().replaceAll("-", "").slice(0, 16)}`, runId: spec.runId, attemptId };
  return sealChange({
    workspace,
    ids,
    baseSha: workspace.baseSha,
    parentSha,
    candidate,
    order: seal,
    message,
    signal,
  });
}

const SUBJECTS = 30;

/** Subjects of the base's history, for the target's convention; none when the history cannot be read. */
async function recentSubjects({ gitDir, home, baseSha }: Workspace, signal: AbortSignal): Promise<string[]> {
  const log = await git({
    gitDir,
    home,
    signal,
    args: ["log", `--max-count=${SUBJECTS}`, "--format=%s", baseSha],
  });
  return log.ok ? log.value.split("\n").filter((line) => line !== "") : [];
}
