// What people and apps say to each other: issues, pull requests, comments, reviews, reactions.

export type Side = { repositoryId: number; ref: string; sha: string };

export type Pull = {
  id: number;
  head: Side;
  base: Side;
  draft: boolean;
  mergedAt: string | null;
  mergedBy: string | null;
  mergeCommitSha: string | null;
  maintainerCanModify: boolean;
  requestedReviewers: string[];
};

export type Issue = {
  id: number;
  number: number;
  repositoryId: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  author: string;
  viaApp: boolean;
  labels: string[];
  assignees: string[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: string | null;
  pull: Pull | null;
};

export type PullRequest = Issue & { pull: Pull };

export type Comment = {
  id: number;
  repositoryId: number;
  issueNumber: number;
  body: string;
  author: string;
  viaApp: boolean;
  createdAt: string;
  updatedAt: string;
};

export const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;
export type ReactionContent = (typeof REACTIONS)[number];
export type ReactionTarget = "comment" | "issue" | "review-comment";
export type Reaction = {
  id: number;
  target: ReactionTarget;
  targetId: number;
  content: ReactionContent;
  author: string;
  createdAt: string;
};

export type Review = {
  id: number;
  repositoryId: number;
  number: number;
  author: string;
  body: string;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  commitId: string;
  submittedAt: string;
};

export type ReviewComment = {
  id: number;
  repositoryId: number;
  number: number;
  reviewId: number;
  inReplyTo: number | null;
  path: string;
  line: number | null;
  side: "LEFT" | "RIGHT";
  fileLevel: boolean;
  diffHunk: string;
  commitId: string;
  originalCommitId: string;
  body: string;
  author: string;
  resolvedBy: string | null;
  createdAt: string;
  updatedAt: string;
};
