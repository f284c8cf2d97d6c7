import type { CheckFact } from "../../core/checks.ts";
import { clip, plainText } from "../../core/markdown.ts";

export type CheckRunRow = {
  id: number | bigint;
  name: string;
  status: string;
  conclusion: string | null;
  html_url: string | null;
  details_url: string | null;
  started_at: string | null;
  completed_at: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  app: { id: number | bigint } | null;
  /** Workflow runs have one each. */
  check_suite: { id: number | bigint } | null;
};

const MOST_SUMMARY = 8_000;

/** GitHub's conclusions. Neutral and skipped pass, as its own merge box has it; the rest is somebody's to settle. */
const CONCLUSIONS: Readonly<Record<string, CheckFact["state"]>> = {
  success: "passed",
  neutral: "passed",
  skipped: "passed",
  failure: "failed",
  timed_out: "failed",
  cancelled: "failed",
  startup_failure: "failed",
  action_required: "held",
  stale: "pending",
};

export function factOfRun(row: CheckRunRow): CheckFact {
  const { title, summary, text } = row.output;
  return {
    source: "check_run",
    name: row.name,
    state: row.status === "completed" ? (CONCLUSIONS[row.conclusion ?? ""] ?? "failed") : "pending",
    url: jobPage(row.details_url) ?? row.html_url,
    summary: clip(plainText([title, summary, text].filter(Boolean).join("\n\n")), MOST_SUMMARY),
    annotations: [],
    changedAt: row.completed_at ?? row.started_at ?? "",
  };
}

/** The page of an Actions job, which leads to its log; any other app may write what it likes there. */
function jobPage(url: string | null): string | null {
  return url !== null && /\/actions\/runs\/\d+\/job\/\d+$/.test(url) ? url : null;
}

type StatusRow = {
  context: string;
  state: string;
  description: string | null;
  target_url: string | null;
  updated_at: string;
};

const STATUS_STATES: Readonly<Record<string, CheckFact["state"]>> = {
  success: "passed",
  pending: "pending",
  failure: "failed",
  error: "failed",
};

export function factOfStatus(row: StatusRow): CheckFact {
  return {
    source: "status",
    name: row.context,
    state: STATUS_STATES[row.state] ?? "pending",
    url: row.target_url,
    summary: clip(plainText(row.description ?? ""), MOST_SUMMARY),
    annotations: [],
    changedAt: row.updated_at,
  };
}

export type WorkflowRow = {
  workflow_id: number | bigint;
  check_suite_id?: number | bigint;
  event: string;
  name?: string | null;
  path: string;
  status: string | null;
  conclusion: string | null;
  html_url: string;
  updated_at: string;
};

/** Null for runs that have ended: their jobs are check runs and stand there. */
export function factOfWorkflow(row: WorkflowRow): CheckFact | null {
  const state = workflowState(row);
  if (state === null) return null;
  return {
    source: "workflow_run",
    name: row.name ?? row.path,
    state,
    url: row.html_url,
    summary: state === "held" ? "Waits until a maintainer lets it run." : "",
    annotations: [],
    changedAt: row.updated_at,
  };
}

function workflowState({ status, conclusion }: WorkflowRow): CheckFact["state"] | null {
  if (status === "waiting" || status === "action_required" || conclusion === "action_required") return "held";
  if (status !== "completed") return "pending";
  return conclusion === "startup_failure" ? "failed" : null;
}
