import type { AttemptReport } from "./attempt.ts";
import type { Change } from "./change.ts";
import type { ContractOutcome } from "./contract.ts";
import { GATE_CHECKS } from "./gate-checks.ts";
import type { Policy } from "./policy.ts";
import type { Run } from "./run.ts";
import type { Purpose } from "./skills.ts";

/** What one check of the gate says; the reason is null where there is nothing to add. */
export type CheckResult = {
  id: string;
  title: string;
  outcome: "ok" | "warning" | "failure";
  reason: string | null;
};

/** The Definition of Done. A gate that is shut says everything that shuts it. */
export type Gate = ({ open: true } | { open: false; because: readonly [string, ...string[]] }) & {
  checks: readonly CheckResult[];
};

/** How things stand around the change now, as GitHub and git say it. */
export type Surroundings =
  | { kind: "unknown"; why: string }
  | {
      kind: "seen";
      /** How the base branch moved since the change was made. */
      base: "same" | "apart" | "same_files";
      /** Where the run's branch is on the remote; null when there is none. */
      head: string | null;
      archived: boolean;
      /** An open pull request of ours about the same issue. */
      otherPull: string | null;
    };

export type GateFacts = {
  /** Opening the pull request, or pushing to an open one. */
  for: "open" | "push";
  run: Run;
  change: Change | null;
  /** The app has accepted exactly this change, under its own signature. */
  accepted: boolean;
  /** Report of the newest attempt that ended. */
  report: AttemptReport | null;
  /** How the attempt that made the change was asked for; null where its order is gone. */
  asked: { skillsMode: Policy["skills_mode"]; purpose: Purpose } | null;
  /** The newest contract that an attempt of the run made, valid or not. */
  contract: ContractOutcome | null;
  /** An open pull request of another run about the same issue. */
  otherRun: string | null;
  policy: Policy;
  /** Null where it is not looked at: then those checks are left out. */
  surroundings: Surroundings | null;
};

/**
 * Every check, in order. An administrator's bypass turns failures into warnings, but not those that say which commit it
 * is and that it may be pushed at all.
 */
export function judgeGate(facts: GateFacts, bypass: string | null = null): Gate {
  const checks = GATE_CHECKS.filter(({ outside }) => !outside || facts.surroundings !== null).map(
    ({ id, title, hard, judge }): CheckResult => {
      const found = judge(facts);
      const isBypassed = found?.outcome === "failure" && bypass !== null && !hard;
      if (found === null) return { id, title, outcome: "ok", reason: null };
      return isBypassed
        ? { id, title, outcome: "warning", reason: `${found.reason} (bypassed)` }
        : { id, title, ...found };
    },
  );
  const [first, ...rest] = checks.flatMap(({ outcome, title, reason }) =>
    outcome === "failure" ? [reason ?? title] : [],
  );
  return first === undefined ? { open: true, checks } : { open: false, because: [first, ...rest], checks };
}
