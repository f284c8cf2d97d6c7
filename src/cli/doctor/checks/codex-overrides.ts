import { readOverrides } from "../../../../runner/codex/config-overrides.ts";
import { type Context, type Finding, failure, ok } from "../check.ts";

/** Overrides that the runner would refuse to start with. */
export async function codexOverrides({ runner }: Context): Promise<Finding> {
  const read = readOverrides(runner().environment.AGENTPR_CODEX_CONFIG_OVERRIDES ?? "");
  if (!read.ok) return failure(read.why, "Write key=value pairs, one a line or separated by ;");
  return ok(read.overrides.length === 0 ? "none" : read.overrides.map(keyOf).join(", "));
}

function keyOf(override: string): string {
  return override.slice(0, override.indexOf("=")).trim();
}
