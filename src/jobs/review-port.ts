import type { CommitFile } from "../core/touched-lines.ts";
import type { Target } from "./ports.ts";

/** A conversation at a line of a pull request, as it is now. */
export type ThreadFacts = {
  /** What GraphQL calls it. */
  node: string;
  /** Its first comment, as REST calls it. */
  first: number;
  resolved: boolean;
  /** Null where there are too many to be sure that they were all seen. */
  comments: { body: string; own: boolean }[] | null;
};

/** What answering a review asks of GitHub. */
export type ReviewPort = {
  readThreads(target: Target, number: number): Promise<ThreadFacts[]>;
  /** Says something in a conversation; false when it is gone. Nothing is looked for: that is the caller's to do. */
  replyInThread(target: Target, reply: { pull: number; thread: number; body: string }): Promise<boolean>;
  /** Says something in the pull request's own conversation, unless our marker stands there already. */
  answerOnPull(target: Target, answer: { pull: number; marker: string; body: string }): Promise<void>;
  /** False when GitHub does not let us. */
  resolveThread(target: Target, node: string): Promise<boolean>;
  /** What a commit changed against its first parent. */
  readCommitFiles(target: Target, sha: string): Promise<CommitFile[]>;
};
