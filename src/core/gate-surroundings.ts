import type { GateFacts, Surroundings } from "./gate.ts";
import { type Finding, failure, holds, warning } from "./gate-finding.ts";

type Seen = Extract<Surroundings, { kind: "seen" }>;

/** What nobody could tell is looked at again when the pull request is opened. */
function look(facts: GateFacts, judge: (seen: Seen, facts: GateFacts) => Finding): Finding {
  const { surroundings } = facts;
  if (surroundings === null) return null;
  if (surroundings.kind === "seen") return judge(surroundings, facts);
  return warning(`not known here, judged when it is opened: ${surroundings.why}`);
}

export function base(facts: GateFacts): Finding {
  return look(facts, ({ base: moved }, { run }) => {
    if (moved === "same") return null;
    if (moved === "apart") return holds(`${run.baseBranch} has moved, elsewhere`);
    return failure(`${run.baseBranch} has moved and changes the same files`);
  });
}

export function archived(facts: GateFacts): Finding {
  return look(facts, (seen) => (seen.archived ? failure("the repository is archived") : null));
}

/** Other runs are known here; what else our account has opened, GitHub says. */
export function otherPull({ otherRun, surroundings }: GateFacts): Finding {
  const other = otherRun ?? (surroundings?.kind === "seen" ? surroundings.otherPull : null);
  return other === null ? null : failure(`${other} is open for the same issue`);
}

export function head(facts: GateFacts): Finding {
  return look(facts, ({ head: at }, { run, change }) => {
    if (at === null)
      return run.publishedSha === null
        ? holds("it is pushed when the pull request is opened")
        : failure(`${run.branch} is gone from the remote`);
    if (at === change?.sha) return null;
    return failure(`${run.branch} is at ${at.slice(0, 12)}, not at the sealed commit`);
  });
}
