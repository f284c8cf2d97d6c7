import { type Survey, unseen } from "../actions/survey.ts";
import { contextOf, LACKING, type SharedContext } from "../jobs/context.ts";
import { surveyChange } from "../jobs/survey-change.ts";

const PATIENCE_MS = 20_000;

/** The survey by the credentials that a run's mode needs. */
export function surveyBy(shared: SharedContext): Survey {
  return (run, change, wanted) => {
    const context = contextOf(shared, run.mode);
    if (context === null) return Promise.resolve(unseen(`not set here: ${LACKING[run.mode]}`));
    return surveyChange(context, { run, change, wanted, signal: AbortSignal.timeout(PATIENCE_MS) });
  };
}
