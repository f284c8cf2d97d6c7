import type { State } from "../core/run.ts";

/** A state as people read it, and what it waits for. */
export const STATE_WORDS: Record<State, { name: string; waitsFor: string }> = {
  QUEUED: { name: "Waiting to begin", waitsFor: "A runner takes it up as soon as one is free." },
  EXECUTING: {
    name: "Working on it",
    waitsFor: "Codex makes the change; then the runner tests and grades it.",
  },
  PUSHED: {
    name: "Ready, and waiting for a person",
    waitsFor: "A person looks at the change and asks for its pull request.",
  },
  CI_WAIT: {
    name: "Waiting for the checks",
    waitsFor: "The checks of its pull request decide what comes next.",
  },
  REVIEW_WAIT: { name: "Waiting for review", waitsFor: "A person reviews and merges it." },
  ITERATING: { name: "Improving the change", waitsFor: "A new attempt is under way." },
  PAUSED: { name: "Paused", waitsFor: "It goes on when a person resumes it." },
  NEEDS_HUMAN: { name: "Needs a person", waitsFor: "A person decides how it goes on." },
  DONE: { name: "Done", waitsFor: "Nothing." },
  FAILED: { name: "Given up", waitsFor: "Nothing, unless somebody retries it." },
};
