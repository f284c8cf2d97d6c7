import { open } from "node:fs/promises";
import type { VerifiedCommand } from "../core/evidence.ts";
import { messageOf } from "../core/problem.ts";
import type { Section } from "../core/section.ts";
import type { Artifact } from "../database/artifacts.ts";
import type { Attempt } from "../database/attempts.ts";

const LINES = 40;
const MOST_BYTES = 64 * 1024;

/** The ends of what an attempt said: Codex, its tests, and its event stream where that lies on this machine. */
export async function logTails(attempt: Attempt, artifacts: readonly Artifact[]): Promise<Section[]> {
  const { number, id, report } = attempt;
  const events = artifacts.find((each) => each.attemptId === id && each.name === "agent_events");
  const said = report?.evidence.codex?.message ?? null;
  return [
    ...(said === null ? [] : [section(`Codex in attempt ${number}`, said)]),
    ...(report?.evidence.verification?.commands ?? []).flatMap((command) => outputOf(command, number)),
    ...(events === undefined ? [] : [section(`event stream of attempt ${number}`, await tailOf(events))]),
  ];
}

function outputOf({ command, head, verdict }: VerifiedCommand, number: number): Section[] {
  if (head.outputTail.trim() === "") return [];
  return [section(`output of ${command} in attempt ${number} (${verdict})`, head.outputTail)];
}

function section(title: string, words: string): Section {
  return { kind: "text", title, text: words.trimEnd().split("\n").slice(-LINES).join("\n") };
}

/** Read from its end: the whole of it may be large. */
async function tailOf({ location, removedAt, removedWhy }: Artifact): Promise<string> {
  if (removedAt !== null) return `removed (${removedWhy})`;
  try {
    await using file = await open(location);
    const { size } = await file.stat();
    const length = Math.min(size, MOST_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8");
  } catch (error) {
    return `it cannot be read here: ${messageOf(error)}`;
  }
}
