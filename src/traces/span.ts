import { MILLIONTHS } from "../core/amounts.ts";
import { costAt } from "../core/cost.ts";
import type { Price } from "../core/policy.ts";
import type { Usage } from "../core/usage.ts";
import { spanIdOf, traceIdOf } from "./span-ids.ts";

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What is told of a piece of work. Times are milliseconds since 1970. */
export type Span = {
  traceId: string;
  id: string;
  /** Null for the run itself. */
  parentId: string | null;
  name: string;
  /** A client waits for somebody else's answer. */
  kind: "internal" | "client";
  start: number;
  end: number;
  /** Why it went wrong, in one known word; null when it did not. */
  error: string | null;
  attributes: Attributes;
};

type Part = Omit<Span, "traceId" | "id" | "kind" | "error" | "attributes"> &
  Partial<Pick<Span, "kind" | "error">>;

/** A span of a run, named by what makes it the only one of its kind there. */
export function spanOf(
  { runId, key, attributes }: { runId: string; key: readonly (string | number)[]; attributes: Given },
  part: Part,
): Span {
  const known = { "agentpr.run.id": runId, ...attributes };
  return {
    ...{ kind: "internal", error: null, ...part },
    ...{ traceId: traceIdOf(runId), id: spanIdOf(runId, ...key) },
    end: Math.max(part.start, part.end),
    attributes: Object.fromEntries(Object.entries(known).flatMap(bounded)),
  };
}

/** What is not known is left out. */
export type Given = Readonly<Record<string, string | number | boolean | null | undefined>>;

const LONGEST = 200;

function bounded([name, value]: [string, Given[string]]): [string, string | number | boolean][] {
  if (value === null || value === undefined) return [];
  return [[name, typeof value === "string" ? value.slice(0, LONGEST) : value]];
}

/** Tokens under the names of OpenTelemetry's conventions for generative AI; cost has none there. */
export function usageAttributes(usage: Usage, price: Price | null): Given {
  return {
    "gen_ai.usage.input_tokens": usage.inputTokens,
    "gen_ai.usage.cache_read.input_tokens": usage.cachedInputTokens,
    "gen_ai.usage.output_tokens": usage.outputTokens,
    "gen_ai.usage.reasoning.output_tokens": usage.reasoningTokens,
    "agentpr.cost_usd": price && costAt(usage, price) / MILLIONTHS,
  };
}
