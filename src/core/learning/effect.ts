import type { PastAttempt } from "./past-attempt.ts";
import type { Proposal } from "./proposal.ts";
import { holds } from "./propose.ts";

/** Whether an accepted proposal helped, told by the attempts that ran under it. */
export type Effect = { attempts: number; ended_so: number; passed: number };

/** `version` is what accepting it wrote. */
export function effectOf({ patch, reason }: Proposal, version: string, past: readonly PastAttempt[]): Effect {
  const under = past.filter((attempt) => {
    if (patch.kind === "prompt") return attempt.promptVersion === version;
    if (patch.kind === "skill")
      return attempt.skills.some((skill) => skill.name === patch.name && skill.version === version);
    return attempt.repository === patch.repository && holds(attempt.policy, patch.key, patch.to);
  });
  return {
    attempts: under.length,
    ended_so: under.filter(({ grade }) => grade.reason === reason).length,
    passed: under.filter(({ grade }) => grade.grade === "PASS").length,
  };
}
