import type { AttemptReport } from "../core/attempt.ts";
import { eventWords, sourceOf } from "../core/event-source.ts";
import { type Column, duration, gradeCell, type Section, text } from "../core/section.ts";
import type { Artifact } from "../database/artifacts.ts";
import type { Attempt } from "../database/attempts.ts";
import type { Entry } from "../database/journal.ts";
import type { Notice } from "../database/notices.ts";

/** Every stage that any of the attempts had, in the order in which they come. */
export function attemptsTable(attempts: readonly Attempt[]): Section {
  const stages = [...new Set(attempts.flatMap(({ report }) => report?.stages.map(({ name }) => name) ?? []))];
  return {
    kind: "table",
    title: "attempts",
    columns: [
      { name: "no", align: "right" },
      { name: "grade" },
      { name: "reason", yields: true },
      { name: "began", align: "right" },
      ...stages.map((name): Column => ({ name, align: "right" })),
      { name: "because", yields: true },
    ],
    rows: attempts.map(({ number, status, report, startedAt }) => [
      text(number),
      report === null ? text(status) : gradeCell(report.grade.grade),
      text(report?.grade.reason ?? ""),
      { at: startedAt },
      ...stages.map((name) => text(stageTime(report, name))),
      text(report?.grade.because ?? ""),
    ]),
  };
}

function stageTime(report: AttemptReport | null, name: string): string {
  const stage = report?.stages.find((each) => each.name === name);
  return stage === undefined ? "" : duration(stage.ms);
}

export function timelineTable(journal: readonly Entry[], title = "timeline"): Section {
  return {
    kind: "table",
    title,
    columns: [
      { name: "when", align: "right" },
      { name: "event" },
      { name: "moved to" },
      { name: "by", yields: true },
      { name: "more", yields: true },
    ],
    rows: journal.map(({ at, event, fromState, toState }) => [
      { at },
      text(event.type),
      text(fromState === toState ? "" : toState),
      text(sourceOf(event)),
      text(eventWords(event)),
    ]),
  };
}

export function artifactsTable(artifacts: readonly Artifact[]): Section {
  return {
    kind: "table",
    title: "artifacts",
    columns: [
      { name: "what" },
      { name: "made", align: "right" },
      { name: "bytes", align: "right" },
      { name: "where" },
    ],
    rows: artifacts.map(({ name, createdAt, bytes, location, removedAt, removedWhy }) => [
      text(name),
      { at: createdAt },
      text(bytes),
      removedAt === null ? text(location) : { text: `removed (${removedWhy})`, tone: "quiet" },
    ]),
  };
}

export function noticesTable(notices: readonly Notice[]): Section {
  return {
    kind: "table",
    title: "notices",
    columns: [{ name: "priority" }, { name: "text" }],
    rows: notices.map(({ priority, text: words }) => [text(priority), text(words)]),
  };
}

/** What the worker ran, the newest at the end, and what the verifier ran. */
export function commandsTable({ number, report }: Attempt, limit: number): Section {
  const ran = (report?.evidence.commands ?? []).slice(-limit);
  const verified = report?.evidence.verification?.commands ?? [];
  return {
    kind: "table",
    title: `commands of attempt ${number}`,
    columns: [
      { name: "who" },
      { name: "exit", align: "right" },
      { name: "took", align: "right" },
      { name: "verdict" },
      { name: "command", yields: true },
    ],
    rows: [
      ...ran.map(({ command, exitCode, durationMs }) => [
        ...[text("worker"), exitCell(exitCode), text(durationMs === null ? "" : duration(durationMs))],
        ...[text(""), text(command)],
      ]),
      ...verified.map(({ command, verdict, head }) => [
        ...[
          text("verifier"),
          exitCell(head.exitCode),
          text(duration(head.durationMs)),
          text(verdict),
          text(command),
        ],
      ]),
    ],
  };
}

function exitCell(code: number | null) {
  if (code === null) return { text: "cut", tone: "waiting" } as const;
  return code === 0 ? text(0) : ({ text: String(code), tone: "bad" } as const);
}
