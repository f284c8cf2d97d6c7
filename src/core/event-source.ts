import type { Event } from "./event.ts";

/** Where an event comes from: a person by name, GitHub, a runner, the manager, or the rules. */
export function sourceOf(event: Event): string {
  if ("by" in event && event.by && !event.type.startsWith("pr.")) return event.by;
  const [what = ""] = event.type.split(".");
  return SOURCES[event.type] ?? SOURCES[what] ?? "rules";
}

const SOURCES: Readonly<Record<string, string>> = {
  human: "a person",
  manager: "manager",
  pr: "GitHub",
  checks: "GitHub",
  feedback: "GitHub",
  base: "GitHub",
  "attempt.finished": "runner",
  "change.sealed": "runner",
  "feedback.answered": "rules",
  "pr.open_failed": "rules",
};

/** An event in one line: what it is and what it says of itself. */
export function eventWords(event: Event): string {
  const { type, ...said } = event;
  const words = Object.entries(said).flatMap(([name, value]) => {
    if (name === "by" || value === null || typeof value === "object") return [];
    const text = String(value);
    return [`${name} ${name === "sha" ? text.slice(0, 12) : text}`];
  });
  return words.join(", ");
}
