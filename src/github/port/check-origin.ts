import type { CheckRunRow, WorkflowRow } from "./check-facts.ts";

/** What tells check runs of one name apart: whose it is, and what started it. */
export type Origin = { source: string; event: string };

/** By the workflow; what no workflow reports is told apart by its suite, of which every app has one on a commit. */
export function originsBy(workflows: readonly WorkflowRow[]): (row: CheckRunRow) => Origin {
  const bySuite = new Map(workflows.map((workflow) => [workflow.check_suite_id, workflow]));
  return ({ app, check_suite }) => {
    const suite = check_suite?.id;
    const workflow = bySuite.get(suite);
    const source = `${app?.id ?? 0} ${workflow?.workflow_id ?? suite ?? 0}`;
    return { source, event: workflow?.event ?? "" };
  };
}
