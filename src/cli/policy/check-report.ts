// policy: what `agentpr policy` says of the policy file and of the policy in force.
// Settings in, plain objects and text out; the command itself only parses its options.
import type { LoadedPolicy } from "../../config/policy-file.ts";

export type CheckReport = {
  ok: true;
  file: string;
  /** False: there is no such file, and every default is in force. */
  present: boolean;
  overrides: string[];
  without_effect: string[];
};

/** What there is to say of a policy that is usable; one that is not does not come this far. */
export function checkReport({ file, present, overrides, withoutEffect }: LoadedPolicy): CheckReport {
  return { ok: true, file, present, overrides, without_effect: withoutEffect };
}

export function checkText({ file, present, overrides, without_effect }: CheckReport): string {
  const lines = [
    present ? `${file} is usable.` : `There is no ${file}; every default is in force.`,
    overrides.length === 0 ? null : `Overrides for ${overrides.join(", ")}.`,
    without_effect.length === 0 ? null : `These keys change nothing: ${without_effect.join(", ")}.`,
  ];
  return lines.filter((line) => line !== null).join("\n");
}
