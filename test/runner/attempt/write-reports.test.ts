import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { capText, fitJson } from "../../../runner/attempt/fit-text.ts";
import { eventsFileIn, writeReports } from "../../../runner/attempt/write-reports.ts";
import type { AttemptReport } from "../../../src/core/attempt.ts";
import type { Policy } from "../../../src/core/policy.ts";
import { RunDigest } from "../../../src/core/run-digest.ts";
import { AT, sampleFacts } from "../../core/sample-facts.ts";

let folder = "";
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "agentpr-reports-")), "reports");
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

const TIME = "20260301T003000123Z";
const RETRYABLE = { grade: "RETRYABLE", reason: "runtime_stalled", because: "it fell silent" } as const;

async function write(
  report: Partial<AttemptReport>,
  { policy = {}, knownSecrets = [] as string[], events = '{"type":"thread.started"}\n' } = {} as {
    policy?: Partial<Policy>;
    knownSecrets?: string[];
    events?: string;
  },
) {
  await mkdir(folder, { recursive: true });
  await writeFile(eventsFileIn(folder, { runId: "run_sample", at: AT }), events);
  return writeReports({ ...sampleFacts(report, { policy }), folder, knownSecrets });
}

test("every report is written under the seed's name, readable by its owner alone, and recorded", async () => {
  const rows = await write({ grade: RETRYABLE });

  const names = [
    "run_sample_preflight.json",
    `run_sample_agent_runtime_${TIME}.json`,
    `run_sample_run_digest_${TIME}.json`,
    `run_sample_manager_insight_${TIME}.md`,
    `run_sample_agent_events_${TIME}.jsonl`,
  ];
  expect((await readdir(folder)).toSorted()).toEqual(names.toSorted());
  expect(rows.map(({ location }) => location)).toEqual(names.map((name) => join(folder, name)));
  for (const { location, bytes, removedWhy } of rows) {
    expect((await stat(location)).size).toBe(bytes);
    expect(removedWhy).toBeUndefined();
  }
  for (const name of names.slice(0, 4)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
});

test("the digest on disk is what its schema says and names the reports beside it", async () => {
  await write({ grade: RETRYABLE });

  const text = await readFile(join(folder, `run_sample_run_digest_${TIME}.json`), "utf8");
  expect(RunDigest.parse(JSON.parse(text)).artifacts).toEqual({
    agent_runtime: `run_sample_agent_runtime_${TIME}.json`,
    preflight: "run_sample_preflight.json",
    event_stream: `run_sample_agent_events_${TIME}.jsonl`,
    event_stream_retention: "non_pass",
  });
});

test.each([
  [0, false],
  [100, true],
])("of a success the event stream is kept by the sample: %i percent", async (percent, kept) => {
  const rows = await write({}, { policy: { success_event_stream_sample_pct: percent } });

  const row = rows.find(({ name }) => name === "agent_events");
  expect(existsSync(row?.location ?? "")).toBe(kept);
  expect(row?.removedWhy).toBe(kept ? undefined : "not_sampled");
});

const SAID = { files_changed: [], commands_run: [] };

test("credentials of this machine are in no report, whatever characters they have", async () => {
  const secret = 'sk-"quoted"\\and\nlong';
  const summary = { ...SAID, status: "pass", title: secret, notes: `the key is ${secret}` };
  await write({ summary, grade: { ...RETRYABLE, because: secret } }, { knownSecrets: [secret] });

  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), "utf8");
    expect(text).not.toContain("quoted");
  }
});

test("a report that is longer than the cap stays JSON, with shorter texts", async () => {
  const notes = "x".repeat(200_000);
  const cap = 65_536;
  const rows = await write(
    { summary: { ...SAID, status: "pass", title: "t", notes } },
    { policy: { artifact_cap: cap } },
  );

  for (const { bytes } of rows) expect(bytes).toBeLessThanOrEqual(cap);
  const digest = rows.find(({ name }) => name === "run_digest")?.location ?? "";
  expect(RunDigest.parse(JSON.parse(await readFile(digest, "utf8"))).worker?.notes).toHaveLength(2_001);
});

test("a text that is too long keeps its head and its tail, cut between characters", () => {
  const text = `${"ä".repeat(500)}${"ö".repeat(500)}`;
  const capped = capText(text, 400);

  expect(Buffer.byteLength(capped)).toBeLessThanOrEqual(400);
  expect(capped).toMatch(/^ä+\n… cut here: this artifact was longer than artifact_cap allows …\nö+$/);
});

test("JSON with more entries than fit is cut like any text", () => {
  const text = fitJson(
    Array.from({ length: 1_000 }, (_, at) => at),
    { cap: 500, redact: (each) => each },
  );

  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(500);
  expect(text).toContain("cut here");
});
