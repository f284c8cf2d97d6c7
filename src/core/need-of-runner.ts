import type { Need, Waiting, WaitingRunner } from "./need.ts";

const SILENT_MS = 10 * 60_000;
/** One that has been away for so long was taken away. */
const GONE_MS = 7 * 24 * 60 * 60_000;

/** Runners that wait for a person, and attempts that wait for a runner. */
export function runnerNeeds({ runners, attemptsWaiting, nowMs }: Waiting): Need[] {
  const silentMs = ({ heartbeatAt }: WaitingRunner) => nowMs - heartbeatAt;
  const known = runners.filter((runner) => silentMs(runner) < GONE_MS);
  const alive = known.filter((runner) => silentMs(runner) < SILENT_MS);
  const able = alive.some(({ approved }) => approved);
  return [
    ...alive.flatMap(approvable),
    ...known.filter((runner) => runner.approved && silentMs(runner) >= SILENT_MS).map(silent),
    ...(attemptsWaiting > 0 && !able ? [nobodyWorks(attemptsWaiting, nowMs)] : []),
  ];
}

function approvable(runner: WaitingRunner): Need[] {
  const { id, name, approved, publicKey, approvedKey, createdAt } = runner;
  const changed = approvedKey !== null && publicKey !== approvedKey;
  if (approved && !changed) return [];
  const why = changed ? "it has another key than the one that was approved" : "it waits to be approved";
  return [runnerNeed(`runner ${name}`, why, { since: createdAt, command: `agentpr runners approve ${id}` })];
}

function silent({ name, heartbeatAt }: WaitingRunner): Need {
  const how = { since: heartbeatAt, command: "agentpr runner" };
  return runnerNeed(`runner ${name}`, "it has not been heard of; start it again on its machine", how);
}

function nobodyWorks(attempts: number, since: number): Need {
  const waiting = attempts === 1 ? "1 attempt waits" : `${attempts} attempts wait`;
  return runnerNeed("runners", `${waiting}, and no approved runner is alive`, {
    since,
    command: "agentpr runner",
  });
}

type How = Pick<Need, "since" | "command">;

function runnerNeed(title: string, why: string, how: How): Need {
  return { kind: "runner", runId: null, repository: null, title, why, until: null, slash: null, ...how };
}
