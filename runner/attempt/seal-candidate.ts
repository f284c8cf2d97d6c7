import { randomUUID } from "node:crypto";
import type { WorkerSummary } from "../../src/core/attempt.ts";
import { commitMessage } from "../../src/core/commit-message.ts";
import { type SubjectStyle, subjectStyle } from "../../src/core/commit-subject.ts";
import type { Governance } from "../../src/core/governance.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import type { Candidate } from "../workspace/candidate.ts";
import type { Workspace } from "../workspace/provision.ts";
import { type Sealed, sealChange } from "../workspace/seal.ts";
import { rebasedMessage, standsOn } from "./rebase-change.ts";
import { recentCommits } from "./recent-commits.ts";

type Order = {
  spec: AttemptSpec;
  attemptId: string;
  workspace: Workspace;
  candidate: Candidate;
  summary: WorkerSummary | null;
  signal: AbortSignal;
};

/** The candidate as one commit, with everything about it dictated by the app but its words. */
export async function sealCandidate({
  spec,
  attemptId,
  workspace,
  candidate,
  summary,
  signal,
}: Order): Promise<Sealed> {
  const { seal, packet } = spec;
  const recentSubjects = (await recentCommits(workspace, signal)).map(({ subject }) => subject);
  const governance = packet.repository?.governance ?? null;
  const rebased = await rebasedMessage({ spec, workspace, signal });
  const message =
    rebased ??
    commitMessage({
      recentSubjects,
      ...(governance === null ? {} : { style: styleOf(spec, governance, candidate, recentSubjects) }),
      requestTitle: packet.request.title,
      summary,
      trailers: seal.trailers,
      signOff: seal.signOff || governance?.signOff ? seal.author : null,
    });
  const ids = { id: `chg_${randomUUID().replaceAll("-", "").slice(0, 16)}`, runId: spec.runId, attemptId };
  const { parentSha, mergedSha } = standsOn(spec, workspace);
  return sealChange({
    workspace,
    ids,
    baseSha: workspace.baseSha,
    parentSha,
    mergedSha,
    candidate,
    order: seal,
    message,
    signal,
  });
}

/** How the target writes its subjects, by what was found out about it. */
function styleOf(
  { packet }: AttemptSpec,
  { commits }: Governance,
  { facts }: Candidate,
  recentSubjects: readonly string[],
): SubjectStyle {
  return subjectStyle({
    convention: commits,
    contract: packet.contract?.conventions.commit ?? null,
    recentSubjects,
    changedPaths: facts.diff.files.map(({ path }) => path),
    request: packet.request,
  });
}
