import { messageOf, Problem } from "../../core/problem.ts";
import { type Check, type Finding, failure } from "./check.ts";

export type Report = { ok: boolean; checks: ({ name: string } & Finding)[] };

/** Longest time that one check may take. */
const CHECK_MS = 20_000;

/** Looks at everything, one after the other; a check that throws has failed and does not keep the others from running. */
export async function runChecks(checks: readonly Check[]): Promise<Report> {
  const found: Report["checks"] = [];
  for (const { name, look } of checks) found.push({ name, ...(await safely(look)) });
  return { ok: found.every((check) => check.verdict !== "failure"), checks: found };
}

async function safely(look: Check["look"]): Promise<Finding> {
  try {
    return await look(AbortSignal.timeout(CHECK_MS));
  } catch (error) {
    if (error instanceof Problem) return failure(`${error.message}: ${error.why}`, error.remedy);
    return failure(messageOf(error), "Report this: the check itself went wrong");
  }
}
