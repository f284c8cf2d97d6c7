import type { NewPull, PullFacts, Refusal, Target } from "../../jobs/ports.ts";
import { createPull, findPull } from "../port/pull.ts";
import type { Means } from "./find-fork.ts";
import { findOwnPull } from "./related-pull.ts";

/** Opens the pull request upstream, unless our account has offered something for the same issue already. */
export async function offerPull(
  means: Means,
  target: Target,
  pull: NewPull,
): Promise<{ ok: true; pull: PullFacts } | Refusal> {
  const issue = pull.issue ?? null;
  const known = await findPull(means.client, target, pull.head);
  if (known?.state === "open") return { ok: true, pull: known };
  const other =
    issue === null ? null : await findOwnPull(means, target, { issue, except: known?.number ?? null });
  if (other === null) return createPull(means.client, target, pull);
  const message = `${other} of this account is open and about issue #${issue}. Close it, or cancel this run`;
  return { ok: false, kind: "duplicate", message };
}
