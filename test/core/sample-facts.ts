import type { AttemptReport } from "../../src/core/attempt.ts";
import type { AttemptFacts } from "../../src/core/make-digest.ts";
import { AttemptSpec } from "../../src/core/packet.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/core/policy.ts";
import { sampleReport } from "./sample-report.ts";

const IDENTITY = { name: "agentpr[bot]", email: "1+agentpr[bot]@users.noreply.github.com" };

/** What the app asked for, frozen. */
export function sampleSpec(policy: Partial<Policy> = {}): AttemptSpec {
  return AttemptSpec.parse({
    runId: "run_sample",
    attempt: 1,
    epoch: 1,
    failedInRow: 0,
    clone: {
      url: "https://github.com/octo/widget.git",
      host: "github.com",
      repositoryId: 7,
      owner: "octo",
      repo: "widget",
    },
    base: { branch: "main", sha: null },
    from: null,
    threadId: null,
    promptVersion: "issue",
    prompt: "Do it.",
    packet: {
      version: "agentpr.task_packet.v2",
      run: { id: "run_sample", owner: "octo", repo: "widget", attempt: 1, purpose: "execute" },
      request: { title: "Add a thing", body: "Please.", author: "ada", issue: 5 },
      failures: [],
      feedback: [],
      instructions: [],
      budget: { maxChangedFiles: 6, maxAddedLines: 120, maxAgentSeconds: 900 },
    },
    policy: { ...DEFAULT_POLICY, ...policy },
    seal: {
      ...{ branch: "agentpr/sample", author: IDENTITY, committer: IDENTITY },
      ...{ at: 1_772_323_200, signOff: false, trailers: [] },
    },
  });
}

export const AT = Date.UTC(2026, 2, 1, 0, 30, 0, 123);

export function sampleFacts(
  report: Partial<AttemptReport> = {},
  more: Partial<AttemptFacts> & { policy?: Partial<Policy> } = {},
): AttemptFacts {
  const { policy, ...facts } = more;
  return {
    spec: sampleSpec(policy),
    report: { ...sampleReport(report), stages: STAGES },
    attemptId: "att_1",
    runner: "box",
    at: AT,
    files: { agent_runtime: "runtime.json", preflight: "preflight.json", agent_events: "events.jsonl" },
    eventStream: { kept: true, why: "non_pass" },
    ...facts,
  };
}

const STAGES = [
  { name: "provision", ms: 200 },
  { name: "codex", ms: 6_000 },
  { name: "verify", ms: 1_800 },
];
