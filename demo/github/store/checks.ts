// What machines say about a commit: check suites and runs, statuses, workflow runs and their jobs.

export type CheckStatus = "queued" | "in_progress" | "completed";
export type CheckConclusion =
  | "success"
  | "failure"
  | "neutral"
  | "cancelled"
  | "skipped"
  | "timed_out"
  | "action_required";

export type CheckSuite = {
  id: number;
  repositoryId: number;
  appId: number;
  headSha: string;
  headBranch: string | null;
  before: string | null;
  createdAt: string;
  updatedAt: string;
};

export type Annotation = {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: "notice" | "warning" | "failure";
  title: string | null;
  message: string;
  raw_details: string | null;
};

export type CheckAction = { label: string; description: string; identifier: string };

export type CheckRun = {
  id: number;
  suiteId: number;
  repositoryId: number;
  appId: number;
  name: string;
  headSha: string;
  externalId: string;
  detailsUrl: string | null;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: Annotation[];
  actions: CheckAction[];
};

export type Status = {
  id: number;
  repositoryId: number;
  sha: string;
  state: "error" | "failure" | "pending" | "success";
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: string;
  createdAt: string;
};

export type JobStep = {
  name: string;
  conclusion: CheckConclusion | null;
  startedAt: string;
  completedAt: string;
};

export type WorkflowJob = {
  id: number;
  runId: number;
  checkRunId: number;
  key: string;
  name: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  createdAt: string;
  startedAt: string;
  completedAt: string | null;
  steps: JobStep[];
  log: string;
};

export type WorkflowRun = {
  id: number;
  repositoryId: number;
  headRepositoryId: number;
  suiteId: number;
  workflowId: number;
  name: string;
  path: string;
  event: "push" | "pull_request";
  headBranch: string;
  headSha: string;
  pullNumber: number | null;
  actor: string;
  runNumber: number;
  attempt: number;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  title: string;
  createdAt: string;
  updatedAt: string;
  startedAt: string;
};
