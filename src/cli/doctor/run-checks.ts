import { messageOf, Problem } from "../../core/problem.ts";
import { type Check, type Finding, failure } from "./check.ts";

type Shown = {
  name: string;
  verdict: Finding["verdict"];
  why: string;
  remedy: string | null;
  mended: boolean;
};
export type Report = { ok: boolean; checks: Shown[] };

/** Longest time that one check may take. */
const CHECK_MS = 20_000;

/** Looks at everything at once; a check that throws has failed and does not keep the others from running. */
export async function runChecks(checks: readonly Check[]): Promise<Report> {
  return report(await Promise.all(checks.map(async (check) => shown(check, await safely(check), false))));
}

/** The same one after the other, because one mended thing may be what the next one lacks. */
export async function mendChecks(checks: readonly Check[]): Promise<Report> {
  const found: Shown[] = [];
  for (const check of checks) found.push(await mend(check));
  return report(found);
}

async function mend(check: Check): Promise<Shown> {
  const before = await safely(check);
  if (before.mend === undefined) return shown(check, before, false);
  try {
    await before.mend();
  } catch (error) {
    const why = `${before.why}; mending it failed: ${messageOf(error)}`;
    return shown(check, { ...before, why }, false);
  }
  return shown(check, await safely(check), true);
}

function report(checks: Shown[]): Report {
  return { ok: checks.every(({ verdict }) => verdict !== "failure"), checks };
}

function shown({ name }: Check, { verdict, why, remedy }: Finding, mended: boolean): Shown {
  return { name, verdict, why, remedy, mended };
}

async function safely({ look }: Check): Promise<Finding> {
  try {
    return await look(AbortSignal.timeout(CHECK_MS));
  } catch (error) {
    if (error instanceof Problem) return failure(`${error.message}: ${error.why}`, error.remedy);
    return failure(messageOf(error), "Report this: the check itself went wrong");
  }
}
