import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeAgentRuntime } from "../../src/core/agent-runtime.ts";
import { type AttemptFacts, makeDigest } from "../../src/core/make-digest.ts";
import { managerInsight } from "../../src/core/manager-insight.ts";
import { preflightReport } from "../../src/core/preflight-report.ts";
import { type ReportKind, reportFile } from "../../src/core/report-files.ts";
import { retainEvents } from "../../src/core/retention.ts";
import { RunDigest } from "../../src/core/run-digest.ts";
import type { NewArtifact } from "../../src/database/artifacts.ts";
import { capText, fitJson } from "./fit-text.ts";
import { redactor } from "./redact.ts";

export type ReportOrder = Pick<AttemptFacts, "spec" | "report" | "attemptId" | "runner" | "at"> & {
  /** `<data>/reports`. */
  folder: string;
  knownSecrets: readonly string[];
};

/** Where the event stream of an attempt is written while it runs. */
export function eventsFileIn(folder: string, attempt: { runId: string; at: number }): string {
  return join(folder, reportFile("agent_events", attempt));
}

/** Writes every report on an attempt, each whole or not at all, and answers with what is to be recorded of them. */
export async function writeReports(order: ReportOrder): Promise<NewArtifact[]> {
  await mkdir(order.folder, { recursive: true });
  const facts = factsOf(order);
  const digest = makeDigest(facts);
  const redact = redactor(order.knownSecrets);
  const cap = order.spec.policy.artifact_cap;
  const texts: [ReportKind, string][] = [
    ["preflight", fitJson(preflightReport(order.report), { cap, redact })],
    ["agent_runtime", fitJson(makeAgentRuntime(facts), { cap, redact })],
    ["run_digest", fitJson(digest, { cap, redact })],
    ["manager_insight", capText(managerInsight(redacted(digest, redact)), cap)],
  ];
  const written = [];
  for (const [kind, text] of texts) written.push(await write(order, kind, text));
  const events = await eventStream(order, facts.eventStream.kept);
  return [...written, ...(events === null ? [] : [events])];
}

/** Before anything of it is folded or escaped, else a credential of several lines would not be known again. */
function redacted(digest: RunDigest, redact: (text: string) => string): RunDigest {
  const clean = (_key: string, value: unknown) => (typeof value === "string" ? redact(value) : value);
  return RunDigest.parse(JSON.parse(JSON.stringify(digest, clean)));
}

function factsOf(order: ReportOrder): AttemptFacts {
  const { spec, report, attemptId, at } = order;
  const name = (kind: ReportKind) => reportFile(kind, { runId: spec.runId, at });
  return {
    ...order,
    files: {
      agent_runtime: name("agent_runtime"),
      preflight: name("preflight"),
      agent_events: report.evidence.codex === null ? null : name("agent_events"),
    },
    eventStream: retainEvents({
      attemptId,
      grade: report.grade.grade,
      percent: spec.policy.success_event_stream_sample_pct,
    }),
  };
}

/** Written beside and put in its place in one step, so that nobody ever reads half a report. */
async function write(order: ReportOrder, kind: ReportKind, text: string): Promise<NewArtifact> {
  const location = join(order.folder, reportFile(kind, { runId: order.spec.runId, at: order.at }));
  await writeFile(`${location}.part`, text, { mode: 0o600 });
  await rename(`${location}.part`, location);
  return { ...rowOf(order, kind), location, bytes: Buffer.byteLength(text) };
}

/** The stream was written while the attempt ran; here it is kept or dropped. Null when Codex never spoke. */
async function eventStream(order: ReportOrder, kept: boolean): Promise<NewArtifact | null> {
  const location = eventsFileIn(order.folder, { runId: order.spec.runId, at: order.at });
  const bytes = await sizeOf(location);
  if (bytes === null) return null;
  if (!kept) await rm(location, { force: true });
  const removedWhy = kept ? {} : { removedWhy: "not_sampled" as const };
  return { ...rowOf(order, "agent_events"), location, bytes, ...removedWhy };
}

function rowOf({ spec, attemptId }: ReportOrder, name: ReportKind) {
  return { runId: spec.runId, attemptId, name };
}

async function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ size }) => size,
    () => null,
  );
}
