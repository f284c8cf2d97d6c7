import { type Survey, unseen } from "../actions/survey.ts";
import { readGitHubCredentials } from "../config/github-credentials.ts";
import { readGitHubToken } from "../config/github-token.ts";
import { contextOf, LACKING, type SharedContext } from "../jobs/context.ts";
import { surveyChange } from "../jobs/survey-change.ts";
import { sharedContext } from "./app-context.ts";

const PATIENCE_MS = 20_000;

/** The survey by the credentials that a run's mode needs. */
export function surveyBy(shared: SharedContext): Survey {
  return (run, change, wanted) => {
    const context = contextOf(shared, run.mode);
    if (context === null) return Promise.resolve(unseen(`not set here: ${LACKING[run.mode]}`));
    return surveyChange(context, { run, change, wanted, signal: AbortSignal.timeout(PATIENCE_MS) });
  };
}

export type SurveyParts = Pick<Parameters<typeof sharedContext>[0], "settings" | "policyFor" | "world">;

/** The same in a process that is not the app, reaching out only when it is asked; where nothing is set it says so. */
export function openSurvey(parts: SurveyParts): Survey {
  return async (...order) => {
    const credentials = readGitHubCredentials(parts.settings);
    const token = (await readGitHubToken(parts.settings))?.token ?? null;
    return surveyBy(await sharedContext({ ...parts, credentials, token }))(...order);
  };
}
