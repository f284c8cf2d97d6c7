import type { FoundCommand } from "./command.ts";

/** A repository as a delivery names it, with the installation that told us. */
export type Place = { owner: string; repo: string; repositoryId: number; installationId: number };

/** What a delivery says of its repository besides where it is. */
export type PlaceFacts = { defaultBranch: string; private: boolean; archived: boolean };

export type Account = { login: string; type: string };

/** What a webhook says, in our words. Frozen at delivery: later edits on GitHub change nothing here. */
export type Intake =
  | {
      kind: "command";
      repository: Place & PlaceFacts;
      issue: number;
      isPullRequest: boolean;
      commentId: number;
      commentUrl: string;
      author: Account;
      body: string;
      commands: FoundCommand[];
      title: string;
      issueBody: string;
      issueAuthor: string | null;
      /** The author's association with the repository, and when the issue was opened. */
      issueRole: string | null;
      issueAt: string | null;
      createdAt: string;
    }
  | { kind: "button"; repository: Place; checkRunId: number; identifier: string; sha: string; by: Account }
  | {
      kind: "checks";
      repository: Place;
      sha: string;
      /** Something came to its end; the rest only says that something begins. */
      ended: boolean;
      /** Somebody asked for our own check run again, and GitHub has taken its result away. */
      again: boolean;
    }
  | {
      kind: "review";
      repository: Place;
      pr: number;
      review: {
        id: number;
        author: string;
        authorIsBot: boolean;
        state: string;
        body: string;
        sha: string | null;
        submittedAt: string;
      };
    }
  /** Something was said at a line of a pull request, or settled there. */
  | { kind: "thread"; repository: Place; pr: number }
  | {
      kind: "pull";
      action:
        | "closed"
        | "reopened"
        | "synchronize"
        | "edited"
        | "review_requested"
        | "review_request_removed";
      repository: Place;
      pr: number;
      headSha: string;
      headBranch: string;
      /** Null when the head's repository is gone. */
      headRepositoryId: number | null;
      baseBranch: string;
      merged: boolean;
      mergedBy: string | null;
      by: string;
      updatedAt: string;
    }
  | {
      kind: "repository";
      action:
        | "renamed"
        | "transferred"
        | "archived"
        | "unarchived"
        | "deleted"
        | "privatized"
        | "publicized"
        | "edited";
      /** Its names and installation as they are now. */
      repository: Place;
      defaultBranch: string;
    }
  | {
      kind: "installation";
      action:
        | "created"
        | "deleted"
        | "suspend"
        | "unsuspend"
        | "new_permissions_accepted"
        | "added"
        | "removed";
      installationId: number;
      account: string | null;
      /** For `removed` and `deleted` those that are out of reach now, else those that came into reach. */
      repositories: { repositoryId: number; owner: string; repo: string }[];
    }
  | { kind: "ignored"; why: string };
