import { z } from "zod";
import type { Intake } from "../../core/github-intake.ts";
import { FromRepository, Id, ignored, mayAsk, type Own, placeOf, Sha } from "./payload.ts";

const App = z.object({ id: Id }).nullish();

const CheckRun = FromRepository.extend({
  action: z.string(),
  check_run: z.object({ id: Id, head_sha: Sha, app: App }),
  requested_action: z.object({ identifier: z.string().max(100) }).nullish(),
});

/** Another app's result, or a button of ours. */
export function readCheckRun(payload: unknown, own: Own): Intake {
  const told = CheckRun.parse(payload);
  const isOurs = told.check_run.app?.id === own.appId;
  if (told.action === "requested_action")
    return isOurs ? pressed(told, own) : ignored("another app's button");
  if (isOurs && told.action === "rerequested")
    return { ...checks(told, told.check_run.head_sha, true), again: true };
  if (isOurs) return ignored("our own check run");
  return checks(told, told.check_run.head_sha, told.action === "completed");
}

function pressed(told: z.infer<typeof CheckRun>, own: Own): Intake {
  if (!told.sender || !mayAsk(told.sender, own)) return ignored("the button was not pressed by a person");
  if (!told.requested_action) return ignored("it does not say which button");
  return {
    kind: "button",
    repository: placeOf(told),
    checkRunId: told.check_run.id,
    identifier: told.requested_action.identifier,
    sha: told.check_run.head_sha,
    by: told.sender,
  };
}

const CheckSuite = FromRepository.extend({
  action: z.string(),
  check_suite: z.object({ head_sha: Sha, app: App }),
});

export function readCheckSuite(payload: unknown, own: Own): Intake {
  const told = CheckSuite.parse(payload);
  const isOurs = told.check_suite.app?.id === own.appId;
  if (isOurs && told.action === "rerequested")
    return { ...checks(told, told.check_suite.head_sha, true), again: true };
  if (isOurs) return ignored("our own check suite");
  return checks(told, told.check_suite.head_sha, told.action === "completed");
}

const Status = FromRepository.extend({ sha: Sha, state: z.string() });

export function readStatus(payload: unknown): Intake {
  const told = Status.parse(payload);
  return checks(told, told.sha, told.state !== "pending");
}

const WorkflowRun = FromRepository.extend({ action: z.string(), workflow_run: z.object({ head_sha: Sha }) });

export function readWorkflowRun(payload: unknown): Intake {
  const told = WorkflowRun.parse(payload);
  return checks(told, told.workflow_run.head_sha, told.action === "completed");
}

function checks(told: Parameters<typeof placeOf>[0], sha: string, ended: boolean) {
  return { kind: "checks", repository: placeOf(told), sha, ended, again: false } as const;
}
