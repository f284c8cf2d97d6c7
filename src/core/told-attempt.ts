import type { AttemptReport } from "./attempt.ts";

/** What was observed of an attempt, in figures and in agentpr's own words. */
export function figuresOf({ attempt, grade, evidence }: AttemptReport) {
  const { diff, codex, verification } = evidence;
  return {
    attempt,
    grade: grade.grade,
    reason: grade.reason,
    codex: codex?.kind ?? null,
    files: diff?.files.length ?? 0,
    added_lines: diff?.addedLines ?? 0,
    verified: (verification?.commands ?? []).slice(0, 20).map(({ kind, verdict, head }) => ({
      ...{ kind, verdict, tests: head.ran, failing: head.failing?.length ?? null },
    })),
  };
}

/** Names of tests, output and the worker's own story: nothing of it is agentpr's word. */
export function wordsAbout(report: AttemptReport | null): Record<string, string> {
  if (report === null) return {};
  const { grade, evidence, summary } = report;
  const commands = (evidence.verification?.commands ?? []).slice(0, 5);
  return {
    why_it_did_not_pass: grade.because,
    commands: commands.map(({ command, head }) => `$ ${command}\n${head.outputTail}`).join("\n\n"),
    what_the_worker_says: summary === null ? "" : `${summary.title}\n${summary.notes}`,
  };
}
