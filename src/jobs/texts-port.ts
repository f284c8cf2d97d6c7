import type { Annotation } from "../core/annotation.ts";
import type { RunView } from "../core/run-view.ts";
import type { ThreadReply } from "../core/thread-replies.ts";

export type CheckRunView = {
  /** Tells this check run from others of the same name on the same commit. */
  key: string;
  name: string;
  sha: string;
  status: "in_progress" | "completed";
  conclusion: "success" | "neutral" | "failure" | "cancelled" | null;
  title: string;
  summary: string;
  actions: { label: string; description: string; identifier: string }[];
  /** GitHub adds them to those it has, so they are given once. */
  annotations: Annotation[];
};

/** Where something of ours is; `isNew` says that nobody ever began to make it, so there is nothing to look for. */
export type Known = { knownId: number | null; isNew?: boolean };

/** Renders what people see of a run on GitHub; every text lives in one place there. */
export type TextsPort = {
  sticky(view: RunView): { marker: string; body: string };
  /** Null when the run has nothing published that a check run could be on. */
  check(view: RunView): CheckRunView | null;
  /** What becomes of a check run whose work has gone on elsewhere. */
  superseded(view: RunView, key: string): CheckRunView;
  /** What a reviewer is answered; the key names attempt and conversation. */
  threadReply(
    reply: ThreadReply,
    about: { sha: string | null; key: string },
  ): { marker: string; body: string };
  /** What a person answers a reviewer; the key names the answer. */
  personsReply(reply: { text: string; to: readonly string[] }, key: string): { marker: string; body: string };
  /** `about`: the run that has the rest of a text that is too long. */
  reply(answer: { text: string; about: string | null }, key: string): { marker: string; body: string };
};
