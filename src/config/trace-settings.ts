import type { AppEnv } from "./env.ts";

/** Where traces go, under the names that OpenTelemetry gives its own variables. */
export type TraceSettings = { url: string; headers: Readonly<Record<string, string>> };

type TraceEnv = Pick<AppEnv, "OTEL_EXPORTER_OTLP_ENDPOINT" | "OTEL_EXPORTER_OTLP_HEADERS">;

/** Null where no collector is named; then nothing that tells of traces is even loaded. */
export function traceSettings(env: TraceEnv): TraceSettings | null {
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return null;
  return {
    url: `${withoutSlash(env.OTEL_EXPORTER_OTLP_ENDPOINT)}/v1/traces`,
    headers: env.OTEL_EXPORTER_OTLP_HEADERS ?? {},
  };
}

/** An address that paths are put behind. */
export function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}
