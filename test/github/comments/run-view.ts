import type { Gate } from "../../../src/core/gate.ts";
import type { Run } from "../../../src/core/run.ts";
import type { ApprovalView, RunView } from "../../../src/core/run-view.ts";

export const SHA = "0123456789abcdef0123456789abcdef01234567";

const RUN: Run = {
  id: "run_1",
  owner: "octo",
  repo: "hello",
  repositoryId: 5,
  installationId: 9,
  mode: "direct",
  fork: null,
  promptVersion: "v1",
  request: { title: "Add X", body: "please", author: "ada", issue: 3 },
  baseBranch: "main",
  branch: "agentpr/add-x",
  state: "PUSHED",
  pausedFrom: null,
  reason: null,
  version: 1,
  attempts: 1,
  failedInRow: 0,
  iterations: 0,
  epoch: 0,
  ciFixes: 0,
  iteratingFor: null,
  answered: [],
  threadId: null,
  changeId: "chg_1",
  changeSha: SHA,
  publishedSha: SHA,
  prNumber: null,
  prOpen: false,
  createdAt: 0,
  updatedAt: 0,
  stateSince: 0,
};

const APPROVAL: ApprovalView = {
  status: "requested",
  expiresAt: Date.parse("2026-01-01T12:30:00Z"),
  title: "feat: add X",
  sha: SHA,
  baseBranch: "main",
  requestedBy: "@ada",
  body: "It adds X.",
  draft: false,
  bypass: null,
  shown: null,
};

/** A run that was tried once, passed, and waits; changed as a test needs it. */
export function runView(run: Partial<Run> = {}, rest: Partial<Omit<RunView, "run">> = {}): RunView {
  const command = { command: "npm test", verdict: "passed", ran: 12, failing: 0 };
  const attempt = { number: 1, grade: "PASS", reason: "runtime_success", because: "12 tests passed" };
  return {
    run: { ...RUN, ...run },
    attempts: [{ ...attempt, findings: [], commands: [command], files: 2, addedLines: 30, notResumed: null }],
    approval: null,
    gate: { open: true, checks: [] },
    working: null,
    annotations: [],
    changeFiles: ["src/x.ts", "test/x.test.ts"],
    reviewers: { awaited: [], unheard: [] },
    budget: [],
    ...rest,
  };
}

export function requested(changes: Partial<ApprovalView> = {}): ApprovalView {
  return { ...APPROVAL, ...changes };
}

export function shut(...because: readonly [string, ...string[]]): Gate {
  const checks = because.map(
    (reason, at) => ({ id: `${at}`, title: "Check", outcome: "failure", reason }) as const,
  );
  return { open: false, because, checks };
}

/** What was shown of a request, with the same words everywhere. */
export function shownRequest(word: string): NonNullable<ApprovalView["shown"]> {
  const title = `Check ${word}`;
  return {
    repository: word,
    head: word,
    files: [{ path: word, status: "modified", added: 1, deleted: 0 }],
    addedLines: 1,
    deletedLines: 0,
    checks: [
      { id: "a", title, outcome: "ok", reason: word },
      { id: "b", title, outcome: "warning", reason: word },
    ],
    workflows: { push: [word], pull: [word] },
    questions: [word],
    template: word,
  };
}
