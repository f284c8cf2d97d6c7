// A GitHub for one machine: real git, real HTTP, real permissions, kept in memory.
// This folder holds what it remembers; everything else reads and changes these tables.

import type { CheckRun, CheckSuite, Status, WorkflowJob, WorkflowRun } from "./checks.ts";
import type { Comment, Issue, Reaction, Review, ReviewComment } from "./conversation.ts";
import type { Installation, Repository, Token, User } from "./identity.ts";

export type Delivery = {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  redelivery: boolean;
  deliveredAt: string;
  durationMs: number;
  status: string;
  statusCode: number;
  requestHeaders: Readonly<Record<string, string>>;
  payload: string;
  responseHeaders: Readonly<Record<string, string>>;
  responseBody: string;
};

export function createStore() {
  return {
    users: new Map<string, User>(),
    tokens: new Map<string, Token>(),
    installations: new Map<number, Installation>(),
    repositories: new Map<number, Repository>(),
    issues: new Map<number, Issue>(),
    comments: new Map<number, Comment>(),
    reactions: new Map<number, Reaction>(),
    reviews: new Map<number, Review>(),
    reviewComments: new Map<number, ReviewComment>(),
    checkSuites: new Map<number, CheckSuite>(),
    checkRuns: new Map<number, CheckRun>(),
    statuses: new Map<number, Status>(),
    workflowRuns: new Map<number, WorkflowRun>(),
    workflowJobs: new Map<number, WorkflowJob>(),
    deliveries: new Map<number, Delivery>(),
  };
}
export type Store = ReturnType<typeof createStore>;

/** Rows of one table that fit, in the order they came in. */
export function where<T>(table: ReadonlyMap<number, T>, fits: (row: T) => boolean): T[] {
  return [...table.values()].filter(fits);
}
