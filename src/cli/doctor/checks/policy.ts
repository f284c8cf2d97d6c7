import { loadPolicy } from "../../../config/policy-file.ts";
import { type Context, type Finding, ok, warning } from "../check.ts";

export async function policy({ app }: Context): Promise<Finding> {
  const { policyFile } = app();
  const { withoutEffect } = loadPolicy(policyFile);
  return withoutEffect.length === 0
    ? ok(policyFile)
    : warning(`these keys change nothing: ${withoutEffect.join(", ")}`, `Remove them from ${policyFile}`);
}
