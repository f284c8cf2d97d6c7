import { readProgress } from "../core/told-progress.ts";
import { type Attempt, findAttempt, findNewestAttempt } from "../database/attempts.ts";
import type { Db } from "../database/connect.ts";
import { viewOf } from "./live-view.ts";
import { jsonOf } from "./print-json.ts";
import { pause } from "./watch.ts";

const LOOK_MS = 500;

type Order = { db: Db; runId: string; json: boolean; signal: AbortSignal; write(line: string): void };

/** Streams the attempt that is under way until it ends, however far away its runner is. */
export async function followRun({ db, runId, json, signal, write }: Order): Promise<void> {
  const newest = await findNewestAttempt(db, runId);
  if (newest?.status !== "running") {
    write(json ? lineOf({ run_id: runId, attempt: null }) : "No attempt is under way.");
    return;
  }
  let shown = "";
  for (let attempt: Attempt | null = newest; attempt !== null; attempt = await findAttempt(db, newest.id)) {
    const line = json ? lineOf(progressOf(attempt)) : wordsOf(attempt);
    if (line !== shown) write(line);
    shown = line;
    if (attempt.status !== "running" || signal.aborted) return;
    await pause(LOOK_MS, signal);
  }
}

function lineOf(facts: object): string {
  return jsonOf("agentpr.follow.v1", facts);
}

function progressOf({ runId, number, status, progress, report }: Attempt) {
  const { commands, commandRunning } = readProgress(progress);
  const grade = report && { grade: report.grade.grade, reason: report.grade.reason };
  return { run_id: runId, attempt: number, status, commands, command: commandRunning, classification: grade };
}

function wordsOf({ number, status, progress, report }: Attempt): string {
  const { usage, commands, commandRunning } = readProgress(progress);
  const tokens = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
  if (report !== null)
    return `attempt ${number}: ${report.grade.grade} (${report.grade.reason}): ${report.grade.because}`;
  const seen = { stage: status, command: commandRunning, commands, tokens };
  return `attempt ${number}: ${viewOf(seen, 200)}`;
}
