import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Isolation } from "../box/box-args.ts";
import type { RunnerSettings } from "./settings.ts";

export type Held = { ok: true; isolation: Isolation } | { ok: false; check: PreflightCheck };

/** What holds the agent: the policy's wish, as far as this machine's operator allows it. */
export function isolationFor(
  { isolation, allowUnboxed }: Pick<RunnerSettings, "isolation" | "allowUnboxed">,
  { isolation: wanted }: Pick<Policy, "isolation">,
): Held {
  if (wanted === "box") return { ok: true, isolation };
  if (wanted === "container") return { ok: true, isolation: { kind: "container" } };
  if (allowUnboxed) return { ok: true, isolation: { kind: "none" } };
  const detail =
    "The policy's isolation is none, and this runner is not started with AGENTPR_ALLOW_UNBOXED=1";
  return { ok: false, check: { name: "policy.isolation", ok: false, transient: false, detail } };
}
