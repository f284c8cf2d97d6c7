import type { Job, Outcome } from "../core/job.ts";
import { isOver, type Run } from "../core/run.ts";
import type { Usage } from "../core/usage.ts";
import type { AskedAbout } from "../engine/tracing.ts";
import { type Span, spanOf, usageAttributes } from "./span.ts";
import { runSpanIdOf } from "./span-ids.ts";

export type Times = { start: number; end: number };

/** The run as a whole; null while it goes on, because a span is told of when it has ended. */
export function runSpan(run: Run): Span | null {
  if (!isOver(run)) return null;
  const attributes = {
    "agentpr.repository": `${run.owner}/${run.repo}`,
    "agentpr.run.mode": run.mode,
    "agentpr.run.state": run.state,
    "agentpr.run.attempts": run.attempts,
    "agentpr.run.iterations": run.iterations,
    "agentpr.pull_request": run.prNumber,
  };
  return spanOf(
    { runId: run.id, key: ["run"], attributes },
    {
      ...{ parentId: null, name: "run", start: run.createdAt, end: run.stateSince },
      error: run.state === "FAILED" ? "failed" : null,
    },
  );
}

/** What makes one try of a job the only one. */
export function jobKey({ id, claimId }: Pick<Job, "id" | "claimId">): [string, number, number] {
  return ["job", id, claimId];
}

/** One try of a job of a run; null as outcome when it threw. */
export function jobSpan(job: Job, runId: string, { outcome, ...times }: Times & { outcome: Ended }): Span {
  const attributes = {
    "agentpr.job.kind": job.kind,
    "agentpr.job.id": job.id,
    "agentpr.job.try": job.tries,
    "agentpr.job.outcome": outcome ?? "threw",
  };
  return spanOf(
    { runId, key: jobKey(job), attributes },
    { parentId: runSpanIdOf(runId), name: job.kind, ...times, error: errorOf(outcome) },
  );
}

export type Ended = Outcome["kind"] | null;

/** Work that is parked waits for somebody, which is nobody's error. */
export function errorOf(outcome: Ended): string | null {
  return outcome === "done" || outcome === "park" ? null : (outcome ?? "threw");
}

type Questioned = Times & { parentId: string; ended: { kind: string; usage: Usage } | null };

/** A question to the manager's model. */
export function questionSpan(about: AskedAbout, { ended, parentId, ...times }: Questioned): Span {
  const { runId, question, model, endpoint, price } = about;
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": model,
    "server.address": new URL(endpoint).hostname,
    "agentpr.question": question,
    ...(ended === null ? {} : usageAttributes(ended.usage, price)),
  };
  const error = ended?.kind === "answered" ? null : (ended?.kind ?? "threw");
  return spanOf(
    { runId, key: ["question", question, parentId, times.start], attributes },
    { parentId, name: `chat ${model}`, kind: "client", ...times, error },
  );
}
