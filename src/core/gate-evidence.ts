import type { GateFacts } from "./gate.ts";
import { type Finding, failure, holds, listed, warning } from "./gate-finding.ts";
import { failingInStream, missingEvidence, testEvidence, unprovenTests } from "./grading-evidence.ts";
import { RULES } from "./grading-rules.ts";
import { protectedViolations } from "./protected.ts";
import { skillsFor } from "./skills.ts";
import { asksForTestChanges } from "./test-change-request.ts";

/** Reason codes that may be published: those of the rules that pass. */
export const ACCEPTED_REASONS: ReadonlySet<string> = new Set(
  RULES.flatMap(({ grade: is, reason }) => (is === "PASS" ? [reason] : [])),
);

/** Where the worker is led in stages a contract is part of the work; elsewhere it is only welcome. */
export function contract({ contract: made, asked, report }: GateFacts): Finding {
  if (report === null) return null;
  const miss = asked?.skillsMode === "agentpr" ? failure : warning;
  if (made === null) return miss("the worker made no contract");
  if (made.kind === "invalid")
    return miss(`the contract is not valid: ${made.problems.slice(0, 3).join("; ")}`);
  const { decision } = made.contract;
  return decision === "proceed" ? null : failure(`the contract says ${decision.replaceAll("_", " ")}`);
}

export function grade({ report }: GateFacts): Finding {
  if (report === null) return null;
  const { grade: is, reason } = report.grade;
  if (is === "PASS" && ACCEPTED_REASONS.has(reason)) return holds(`${is} (${reason})`);
  return failure(`the newest attempt is graded ${is} (${reason})`);
}

export function preflight({ report }: GateFacts): Finding {
  const checks = report?.evidence.preflight ?? [];
  const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  const noted = checks.filter(({ ok, warning: is }) => ok && is === true).map(({ name }) => name);
  const [shut, said] = [listed("failed preflight check", failed), listed("warning", noted)];
  if (shut !== null) return failure(shut);
  return said === null ? null : warning(said);
}

export function violations({ report }: GateFacts): Finding {
  const found = (report?.evidence.violations ?? []).filter(({ rule }) => rule !== "protected_path");
  const why = listed(
    "violation",
    found.map(({ rule }) => rule),
  );
  return why === null ? null : failure(why);
}

/** What the policy protects today, and what it protected when the attempt was made. */
export function protectedPaths({ report, change, policy }: GateFacts): Finding {
  const then = (report?.evidence.violations ?? []).filter(({ rule }) => rule === "protected_path");
  const now = change === null ? [] : protectedViolations(change.diff.files, policy.protected_paths);
  const why = listed("protected path", [...new Set([...then, ...now].map(({ path }) => path ?? "unknown"))]);
  return why === null ? null : failure(why);
}

export function evidence({ report, policy }: GateFacts): Finding {
  if (report === null) return null;
  const seen = { evidence: report.evidence, policy };
  const lacking = missingEvidence(seen, "missing") ?? missingEvidence(seen, "insufficient");
  if (lacking === null)
    return holds(`${testEvidence(report.evidence).length} seen, ${policy.min_test_commands} asked for`);
  return report.grade.reason === "runtime_success_no_test_infra_with_validation"
    ? warning("the repository has no tests; it passed a linter or a type check")
    : failure(lacking);
}

export function failures({ report }: GateFacts): Finding {
  if (report === null) return null;
  const commands = report.evidence.verification?.commands ?? [];
  const ofVerdict = (...wanted: string[]) =>
    commands.filter(({ verdict }) => wanted.includes(verdict)).map(({ command }) => command);
  const fresh = listed("new test failure", ofVerdict("new_failure", "flaky"));
  const why = fresh ?? failingInStream(report.evidence) ?? unprovenTests(report.evidence);
  if (why !== null) return failure(why);
  const known = listed("command", ofVerdict("preexisting"));
  return known === null ? null : warning(`known to fail before: ${known}`);
}

export function weakenings({ report, run }: GateFacts): Finding {
  const why = listed(
    "weakened test",
    (report?.evidence.weakenings ?? []).map(({ path }) => path),
  );
  if (why === null) return null;
  return asksForTestChanges(run.request) ? warning(`${why}, as the request asks for`) : failure(why);
}

/** Judged by the mode that the attempt was asked for with: a policy that has changed since undoes no work. */
export function skills({ report, asked }: GateFacts): Finding {
  if (report === null || asked === null) return null;
  const had = new Set(report.skills.map(({ name }) => name));
  const { skillsMode, purpose } = asked;
  const missing = skillsFor({ skills_mode: skillsMode }, purpose).filter((name) => !had.has(name));
  const why = listed("missing skill", missing);
  return why === null ? holds(`mode ${skillsMode}`) : failure(why);
}
