import { UNLIMITED } from "../../src/core/allowance.ts";
import { type AttemptSpec, TaskPacket } from "../../src/core/packet.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { NO_SETTINGS } from "../../src/core/repository-settings.ts";

/** The order of a sample run's attempt. */
export function sampleSpec(more: Partial<AttemptSpec> = {}): AttemptSpec {
  const identity = { name: "agentpr[bot]", email: "1+agentpr[bot]@users.noreply.github.com" };
  const [owner, repo] = ["octo", "widget"];
  return {
    runId: "run_sample",
    attempt: 1,
    epoch: 1,
    failedInRow: 0,
    clone: {
      url: "https://github.test/octo/widget.git",
      host: "github.test",
      repositoryId: 7,
      privateTo: null,
      owner,
      repo,
    },
    base: { branch: "main", sha: null },
    from: null,
    threadId: null,
    promptVersion: "issue",
    prompt: "Do what the issue asks.",
    packet: TaskPacket.parse({
      version: "agentpr.task_packet.v2",
      run: { id: "run_sample", owner, repo, attempt: 1, purpose: "execute" },
      request: { title: "Add X", body: "please", author: "ada", issue: 1 },
      failures: [],
      feedback: [],
      instructions: [],
      budget: { maxChangedFiles: 6, maxAddedLines: 120, maxAgentSeconds: 900 },
    }),
    policy: DEFAULT_POLICY,
    repository: NO_SETTINGS,
    allowance: UNLIMITED,
    seal: {
      branch: "agentpr/x",
      author: identity,
      committer: identity,
      at: 1_700_000_000,
      signOff: false,
      trailers: [],
    },
    ...more,
  };
}
