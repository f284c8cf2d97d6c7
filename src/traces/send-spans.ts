import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace";
import type { Span } from "./span.ts";

export type SendOptions = {
  /** Where a collector takes traces. */
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Which process tells. */
  service: string;
  /** Told when the collector stops taking spans, and when it takes them again. */
  onChange(error: Error | null): void;
};

export type Sender = { send(spans: readonly Span[]): void; close(): Promise<void> };

const EXPORT_MS = 3_000;

/** Sends spans in batches, behind the work: the queue is bounded, and what does not go out in time is dropped. */
export function openSender({ url, headers, service, onChange }: SendOptions): Sender {
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_MS });
  const batches = new BatchSpanProcessor({
    exporter: telling(exporter, onChange),
    exportTimeoutMillis: EXPORT_MS + 1_000, // the exporter itself says first what was wrong
    scheduledDelayMillis: 1_000,
  });
  const resource = resourceFromAttributes({ "service.name": service });
  return {
    send: (spans) => {
      for (const span of spans) batches.onEnd(readable(span, resource));
    },
    close: () => batches.shutdown(),
  };
}

function telling(exporter: SpanExporter, onChange: SendOptions["onChange"]): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const fails = result.error !== undefined;
        if (fails !== failing) onChange(result.error ?? null);
        failing = fails;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}

function readable(span: Span, resource: Resource): ReadableSpan {
  const context = (spanId: string) => ({
    ...{ traceId: span.traceId, spanId },
    traceFlags: TraceFlags.SAMPLED,
  });
  const own = context(span.id);
  return {
    ...{ name: span.name, spanContext: () => own, resource, ended: true },
    kind: span.kind === "client" ? SpanKind.CLIENT : SpanKind.INTERNAL,
    ...(span.parentId === null ? {} : { parentSpanContext: context(span.parentId) }),
    ...{ startTime: hrTime(span.start), endTime: hrTime(span.end), duration: hrTime(span.end - span.start) },
    status: { code: span.error === null ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
    attributes: { ...span.attributes, ...(span.error === null ? {} : { "error.type": span.error }) },
    ...{ links: [], events: [], instrumentationScope: { name: "agentpr" } },
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  };
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
