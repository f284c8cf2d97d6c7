import type { ForegroundEnd } from "../main/foreground-attempt.ts";
import { renderFacts } from "./render.ts";

/** What `run-agent-step --json` prints; the names are the seed's. */
export type StepResult = {
  ok: boolean;
  engine: "codex";
  run_id: string | null;
  attempt_no: number | null;
  exit_code: number | null;
  state: string | null;
  classification: { grade: string; reason_code: string; because: string } | null;
  agent_report: string | null;
  agent_event_stream: string | null;
  run_digest: string | null;
  manager_insight: string | null;
};

type Over = Extract<ForegroundEnd, { kind: "interrupted" | "ended" }>;

export function resultOf(end: Over): StepResult {
  if (end.kind === "interrupted") return GIVEN_UP;
  const { attempt, run, artifacts } = end;
  const grade = attempt.report?.grade ?? null;
  const place = (name: string) =>
    artifacts.find((artifact) => artifact.name === name && artifact.removedAt === null)?.location ?? null;
  return {
    ...{ ok: grade?.grade === "PASS", engine: "codex", run_id: run.id, attempt_no: attempt.number },
    exit_code: attempt.report?.evidence.codex?.exitCode ?? null,
    state: run.state,
    classification: grade && { grade: grade.grade, reason_code: grade.reason, because: grade.because },
    agent_report: place("agent_runtime"),
    agent_event_stream: place("agent_events"),
    run_digest: place("run_digest"),
    manager_insight: place("manager_insight"),
  };
}

const GIVEN_UP: StepResult = {
  ...{ ok: false, engine: "codex", run_id: null, attempt_no: null, exit_code: null, state: null },
  ...{ classification: null, agent_report: null, agent_event_stream: null, run_digest: null },
  manager_insight: null,
};

export function resultText({
  classification,
  state,
  run_id: run,
  attempt_no: number,
  ...files
}: StepResult): string {
  if (classification === null) return "The attempt was given up; its job waits for a worker.";
  const { grade, reason_code: reason, because } = classification;
  const head = `Attempt ${number} of ${run}: ${grade} (${reason})`;
  const places = (["manager_insight", "run_digest", "agent_report", "agent_event_stream"] as const).flatMap(
    (name) => (files[name] === null ? [] : [[name, files[name]] as const]),
  );
  return [head, ...renderFacts([["state", state ?? "unknown"], ["because", because], ...places])].join("\n");
}
