import type { Approval } from "../database/approvals.ts";
import { checkFacts } from "./describe-gate.ts";
import type { Fact } from "./reply.ts";

type Shown = Pick<
  Approval,
  "title" | "body" | "baseBranch" | "sha" | "draft" | "bypass" | "shown" | "status" | "requestedBy"
>;

/** Everything that would happen, for the person who confirms it. */
export function requestFacts(approval: Shown): Fact[] {
  const { title, body, baseBranch, sha, draft, bypass, shown } = approval;
  return [
    ...(shown === null ? [] : [["repository", shown.repository] as const]),
    ["title", title],
    ["base", baseBranch],
    ...(shown === null ? [] : [["head", shown.head] as const]),
    ["commit", sha],
    shown?.pull === undefined
      ? ["opened as", draft ? "a draft" : "ready for review"]
      : ["pushed to", `pull request #${shown.pull}`],
    ...changeFacts(shown),
    ...(bypass === null ? [] : [["gate bypassed", bypass] as const]),
    ...checkFacts(shown?.checks ?? []),
    ...(shown?.questions ?? []).map((question): Fact => ["for you to answer", question]),
    ["body", body],
  ];
}

function changeFacts(shown: Approval["shown"]): Fact[] {
  if (shown === null) return [];
  const { files, addedLines, deletedLines, workflows, template } = shown;
  const count = `${files.length} ${files.length === 1 ? "file" : "files"}, +${addedLines} −${deletedLines}`;
  const lines = files.map(({ path, status, added, deleted }) => `${status} ${path} +${added} −${deleted}`);
  return [
    ["change", [count, ...lines].join("\n")],
    ["workflows", workflowText(workflows)],
    ["template", template ?? "none"],
  ];
}

function workflowText(workflows: NonNullable<Approval["shown"]>["workflows"]): string {
  if (workflows === null) return "not known here";
  const { push, pull } = workflows;
  return `pushing starts ${push.join(", ") || "none"}; opening starts ${pull.join(", ") || "none"}`;
}
