import { readGitHubCredentials } from "../config/github-credentials.ts";
import { readGitHubToken } from "../config/github-token.ts";
import type { Run } from "../core/run.ts";
import { contextOf, type SharedContext, targetOf } from "../jobs/context.ts";
import type { LentToken } from "../jobs/ports.ts";
import { sharedContext } from "./app-context.ts";
import type { SurveyParts } from "./survey.ts";

/** A token to read a run's repository with, for one fetch; null where there are no credentials for it. */
export type Lender = (run: Run) => Promise<LentToken | null>;

export function lenderBy(shared: SharedContext): Lender {
  return async (run) => (await contextOf(shared, run.mode)?.github.mintReadToken(targetOf(run))) ?? null;
}

/** The same in a process that is not the app, reaching out only when it is asked. */
export function openLender(parts: SurveyParts): Lender {
  return async (run) => {
    const credentials = readGitHubCredentials(parts.settings);
    const token = (await readGitHubToken(parts.settings))?.token ?? null;
    return lenderBy(await sharedContext({ ...parts, credentials, token }))(run);
  };
}
