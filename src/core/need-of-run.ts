import type { Need, NeedKind, Waiting, WaitingRun } from "./need.ts";
import type { State } from "./run.ts";

export function approvalNeed({ expiresAt, by, ...run }: Waiting["requested"][number]): Need {
  return {
    ...about(run),
    kind: "approval",
    until: expiresAt,
    why: `requested by ${by}`,
    command: `agentpr approve-open-pr ${run.id} --confirm-token <code> --confirm`,
    slash: `approve <start of commit> run=${run.id}`,
  };
}

export function setAsideNeed({ job, error, ...run }: Waiting["setAside"][number]): Need {
  const command = job === "sync" ? `agentpr sync-github --run-id ${run.id}` : `agentpr retry ${run.id}`;
  const slash = job === "sync" ? null : `retry run=${run.id}`;
  return {
    ...about(run),
    kind: "set_aside",
    why: `${job}: ${error ?? "no reason was kept"}`,
    command,
    slash,
  };
}

export function parkedNeed({ until, error, ...run }: Waiting["parked"][number]): Need {
  const why = error ?? "its next step waits";
  return {
    ...about(run),
    kind: "parked",
    until,
    why,
    command: `agentpr explain ${run.id}`,
    slash: `explain run=${run.id}`,
  };
}

type Standing = { kind: NeedKind; verb: string; slash: string | null; none: string };

const BY_STATE: { readonly [S in State]?: Standing } = {
  NEEDS_HUMAN: { kind: "question", verb: "retry", slash: "retry", none: "no reason was kept" },
  PAUSED: { kind: "paused", verb: "resume", slash: "resume", none: "no reason was given" },
  QUEUED: { kind: "held", verb: "resume", slash: "resume", none: "it has not begun" },
  PUSHED: { kind: "ready", verb: "request-open-pr", slash: "request-pr", none: "its change is finished" },
  CI_WAIT: { kind: "checks", verb: "sync-github --run-id", slash: null, none: "its checks do not end" },
};

export function standingNeed(run: WaitingRun): Need {
  const { kind, verb, slash, none } = BY_STATE[run.state] ?? UNEXPECTED;
  const isBudget = kind === "question" && /^(budget:|run_budget_exhausted)/.test(run.reason ?? "");
  return {
    ...about(run),
    kind: isBudget ? "budget" : kind,
    why: run.reason ?? (kind === "ready" && run.prNumber !== null ? PUSH_WAITS : none),
    command: `agentpr ${verb} ${run.id}${isBudget ? " --budget <amount>" : kind === "question" ? ' --note "<decision>"' : ""}`,
    slash: slash && `${slash} run=${run.id}${isBudget ? " budget=<amount>" : ""}`,
  };
}

const PUSH_WAITS = "its push to the open pull request waits for approval";
const UNEXPECTED: Standing = { kind: "question", verb: "explain", slash: "explain", none: "it waits" };

function about(run: WaitingRun): Omit<Need, "kind" | "why" | "command" | "slash"> {
  const { id, owner, repo, title, since } = run;
  return { runId: id, repository: `${owner}/${repo}`, title, since, until: null };
}
