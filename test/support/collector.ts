// An OpenTelemetry collector: takes traces over HTTP as the exporter sends them, or fails in the way that a test wants.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { z } from "zod";

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.coerce.number().optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
});
const Attributes = z
  .array(z.object({ key: z.string(), value: Value }))
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, Object.values(value)[0]])));
const SentSpan = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: Attributes,
  status: z.object({ code: z.number(), message: z.string().optional() }),
});
const Sent = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(SentSpan) })),
    }),
  ),
});
export type SentSpan = z.infer<typeof SentSpan> & { service: unknown };

/** Answers, refuses, or never answers. */
export type Mood = "takes" | "fails" | "hangs";

export type Collector = {
  url: string;
  spans: SentSpan[];
  /** Everything that came over the wire. */
  wire: string[];
  headers: IncomingMessage["headers"][];
  mood: { now: Mood };
  stop(): Promise<void>;
};

export async function startCollector(): Promise<Collector> {
  const [spans, wire, headers, mood]: [SentSpan[], string[], Collector["headers"], Collector["mood"]] = [
    [],
    [],
    [],
    { now: "takes" },
  ];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (mood.now === "hangs") return;
    if (mood.now === "fails") return response.writeHead(500).end();
    wire.push(body);
    headers.push(request.headers);
    for (const { resource, scopeSpans } of Sent.parse(JSON.parse(body)).resourceSpans)
      for (const span of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({ ...span, service: resource.attributes["service.name"] });
    return response.writeHead(request.url === "/v1/traces" ? 200 : 404).end("{}");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, spans, wire, headers, mood, stop };
}
