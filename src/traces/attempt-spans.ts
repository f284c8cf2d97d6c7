import type { AttemptReport } from "../core/attempt.ts";
import { priceOf } from "../core/cost.ts";
import type { Job } from "../core/job.ts";
import { AttemptSpec } from "../core/packet.ts";
import type { Price } from "../core/policy.ts";
import type { Attempt } from "../database/attempts.ts";
import { type Ended, errorOf, jobKey, type Times } from "./run-spans.ts";
import { type Given, type Span, spanOf, usageAttributes } from "./span.ts";
import { runSpanIdOf, spanIdOf } from "./span-ids.ts";

type Tried = Times & { outcome: Ended; attempt: Attempt | null };

/** An attempt with its stages; of one that was cut off there is only that it was. */
export function attemptSpans(job: Job, runId: string, { outcome, attempt, ...times }: Tried): Span[] {
  const report = attempt?.report ?? null;
  const place = { runId, key: jobKey(job) };
  const whole = spanOf(
    { ...place, attributes: { "agentpr.job.try": job.tries, ...attemptAttributes(attempt, report) } },
    {
      ...{ parentId: runSpanIdOf(runId), name: "attempt" },
      start: attempt?.startedAt ?? times.start,
      end: attempt?.finishedAt ?? times.end,
      error: errorOf(outcome),
    },
  );
  if (report === null) return [whole];
  const parent = { ...place, parentId: spanIdOf(runId, ...place.key), start: whole.start };
  return [whole, ...stageSpans(report, priceIn(job, report.model), parent)];
}

function attemptAttributes(attempt: Attempt | null, report: AttemptReport | null): Given {
  return {
    "agentpr.attempt.id": attempt?.id,
    "agentpr.attempt.number": attempt?.number,
    "agentpr.runner": attempt?.runner,
    "agentpr.isolation": report?.isolation,
    "agentpr.grade": report?.grade.grade,
    "agentpr.reason": report?.grade.reason,
    "agentpr.files_changed": report?.evidence.diff?.files.length,
    "agentpr.violations": report?.evidence.violations.length,
  };
}

type Parent = { runId: string; key: readonly (string | number)[]; parentId: string; start: number };

/** Stages follow each other without a pause that anybody measures. */
function stageSpans(
  report: AttemptReport,
  price: Price | null,
  { start, parentId, ...place }: Parent,
): Span[] {
  let at = start;
  return report.stages.map(({ name, ms }, nth) => {
    const times = { start: at, end: at + ms };
    at = times.end;
    const key = [...place.key, name, nth];
    return name === "codex"
      ? codexSpan(report, price, { ...place, key, parentId, ...times })
      : spanOf({ ...place, key, attributes: stageAttributes(name, report) }, { parentId, name, ...times });
  });
}

function stageAttributes(name: string, { evidence: { verification } }: AttemptReport): Given {
  return name === "verify" ? { "agentpr.verify.commands": verification?.commands.length } : {};
}

function codexSpan(
  { model, codexVersion, threadId, evidence: { codex, usage, commands } }: AttemptReport,
  price: Price | null,
  { start, end, parentId, ...place }: Parent & Times,
): Span {
  const attributes = {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.provider.name": "openai",
    "gen_ai.agent.name": "codex",
    "gen_ai.agent.version": codexVersion,
    "gen_ai.request.model": model,
    "gen_ai.conversation.id": threadId,
    ...usageAttributes(usage, price),
    "agentpr.codex.end": codex?.kind,
    "agentpr.codex.commands": commands.length,
  };
  const error = codex === null || codex.kind === "finished" ? null : codex.kind;
  return spanOf({ ...place, attributes }, { parentId, name: "invoke_agent codex", start, end, error });
}

function priceIn(job: Job, model: string | null): Price | null {
  const spec = AttemptSpec.safeParse(job.payload).data;
  return spec === undefined ? null : priceOf(model, spec.policy.prices);
}
