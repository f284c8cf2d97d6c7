import { ADVICE, type Advice } from "../core/advice.ts";
import type { AttemptReport } from "../core/attempt.ts";
import type { Grade } from "../core/grade.ts";
import { gradeAttempt, type MatchedRule, matchingRules } from "../core/grading.ts";
import { makeDigest } from "../core/make-digest.ts";
import { AttemptSpec } from "../core/packet.ts";
import type { Policy } from "../core/policy.ts";
import { actionsAfter } from "../core/recommend.ts";
import { retainEvents } from "../core/retention.ts";
import type { Run } from "../core/run.ts";
import type { RunDigest } from "../core/run-digest.ts";
import { type Artifact, listArtifacts } from "../database/artifacts.ts";
import { type Attempt, listAttempts } from "../database/attempts.ts";
import type { Db } from "../database/connect.ts";
import { findJob } from "../database/job-queries.ts";

export type AttemptAnalysis = {
  report: AttemptReport;
  digest: RunDigest;
  /** Under the policy that the attempt was asked for with; the first one decided. */
  rules: MatchedRule[];
  /** What the policy of today makes of the same evidence; null when it is the same. */
  today: Grade | null;
  advice: Advice;
  todo: string[];
  artifacts: Pick<Artifact, "name" | "location" | "bytes" | "removedAt" | "removedWhy">[];
};
export type Analysed =
  | { kind: "analysed"; analysis: AttemptAnalysis }
  | { kind: "no_report"; attempt: Attempt }
  | { kind: "no_attempt" };

type Order = { run: Run; number: number | null; policy: Policy };

/** What came of an attempt, from its rows alone: the newest that ended, or the one that is named. */
export async function analyseAttempt(db: Db, { run, number, policy }: Order): Promise<Analysed> {
  const attempts = (await listAttempts(db, run.id)).filter(
    (each) => number === null || each.number === number,
  );
  const attempt = attempts.findLast(({ report }) => report !== null) ?? attempts.at(-1);
  if (attempt === undefined) return { kind: "no_attempt" };
  const job = await findJob(db, attempt.jobId);
  const spec = AttemptSpec.safeParse(job?.payload).data;
  if (attempt.report === null || spec === undefined) return { kind: "no_report", attempt };
  const { report } = attempt;
  return {
    kind: "analysed",
    analysis: {
      report,
      digest: digestOf({ attempt, report, spec, run }),
      ...judged(report, spec, policy),
      advice: ADVICE[report.grade.reason],
      todo: actionsAfter(report.grade, run.id),
      artifacts: await artifactsOf(db, run.id, attempt.id),
    },
  };
}

function judged({ evidence, grade }: AttemptReport, { policy, failedInRow }: AttemptSpec, now: Policy) {
  const input = { attempt: failedInRow + 1, asksForTestChanges: false };
  const today = gradeAttempt(evidence, { ...input, policy: now });
  const isSame = today.grade === grade.grade && today.reason === grade.reason;
  return { rules: matchingRules(evidence, { ...input, policy }), today: isSame ? null : today };
}

type Ended = { attempt: Attempt; report: AttemptReport; spec: AttemptSpec; run: Run };

function digestOf({ attempt, report, spec, run }: Ended): RunDigest {
  const digest = makeDigest({
    ...{ spec, report, attemptId: attempt.id, runner: attempt.runner },
    at: attempt.finishedAt ?? attempt.startedAt,
    files: { agent_runtime: null, preflight: null, agent_events: null },
    eventStream: retainEvents({
      attemptId: attempt.id,
      grade: report.grade.grade,
      percent: spec.policy.success_event_stream_sample_pct,
    }),
  });
  return { ...digest, state: { ...digest.state, after: run.state } };
}

async function artifactsOf(db: Db, runId: string, attemptId: string): Promise<AttemptAnalysis["artifacts"]> {
  return (await listArtifacts(db, runId))
    .filter((artifact) => artifact.attemptId === attemptId)
    .map(({ name, location, bytes, removedAt, removedWhy }) => ({
      ...{ name, location, bytes, removedAt, removedWhy },
    }));
}
