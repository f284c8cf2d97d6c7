import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { Governance } from "../../src/core/governance.ts";
import { REFUSAL_CHECK } from "../../src/core/grading-consent.ts";
import type { Policy } from "../../src/core/policy.ts";

/** Whether the target takes contributions by machines at all; asked before Codex costs anything. */
export function checkConsent(
  { refusal }: Pick<Governance, "refusal">,
  { respect_ai_refusal: respected }: Pick<Policy, "respect_ai_refusal">,
): PreflightCheck {
  const name = REFUSAL_CHECK;
  if (refusal === null) return { name, ok: true, transient: false, detail: "no document refuses them" };
  const said = `${refusal.path} says: “${refusal.quote}”`;
  const detail = respected ? said : `${said}; the policy goes on all the same`;
  return { name, ok: !respected, transient: false, detail };
}
