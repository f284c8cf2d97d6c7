import type { Action } from "./action.ts";
import { analyze } from "./analyze.ts";
import { answer } from "./answer.ts";
import { approvePr } from "./approve-pr.ts";
import { logs } from "./attempt-logs.ts";
import { budget } from "./budget.ts";
import { create } from "./create.ts";
import { explain } from "./explain.ts";
import { inspect } from "./inspect.ts";
import { list } from "./list.ts";
import { show, status } from "./look.ts";
import { markDone } from "./mark-done.ts";
import { next } from "./next.ts";
import { notify } from "./notify.ts";
import { overview } from "./overview.ts";
import { pendingPr } from "./pending-pr.ts";
import { rejectPr } from "./reject-pr.ts";
import { requestPr } from "./request-pr.ts";
import { cancel, pause, resume, retry } from "./steer.ts";
import { withdrawPr } from "./withdraw-pr.ts";

/** Everything a person may ask for. Help, commands and the README's table are made or checked from here. */
export const ACTIONS = {
  create,
  status,
  show,
  list,
  overview,
  next,
  pending_pr: pendingPr,
  explain,
  analyze,
  inspect,
  logs,
  budget,
  pause,
  resume,
  retry,
  cancel,
  answer,
  mark_done: markDone,
  notify,
  request_pr: requestPr,
  approve_pr: approvePr,
  reject_pr: rejectPr,
  withdraw_pr: withdrawPr,
} as const satisfies Record<string, Action>;
export type ActionName = keyof typeof ACTIONS;

/** An action by its name or an alias; dashes and underscores are the same. */
export function findAction(name: string): { name: ActionName; action: Action } | null {
  const wanted = name.toLowerCase().replaceAll("-", "_");
  for (const [own, definition] of Object.entries(ACTIONS) as [ActionName, Action][]) {
    const names = [own, ...definition.aliases].map((each) => each.replaceAll("-", "_"));
    if (names.includes(wanted)) return { name: own, action: definition };
  }
  return null;
}
