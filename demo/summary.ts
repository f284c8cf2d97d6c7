import type { Run } from "../src/core/run.ts";
import { listArtifacts } from "../src/database/artifacts.ts";
import { listAttempts } from "../src/database/attempts.ts";
import { readNow } from "../src/database/connect.ts";
import { readJournal } from "../src/database/journal.ts";
import {
  countBranches,
  countCalls,
  countPulls,
  countStickies,
  countWaits,
  findLeaks,
  findOrphans,
} from "./count.ts";
import { type Play, readPull } from "./scenarios/steps.ts";

export type Summary = Awaited<ReturnType<typeof summarise>>;

/** What came of it, every figure counted from the real systems. Call it when app and runner have stopped. */
export async function summarise(play: Play, { scenario, ok }: { scenario: string; ok: boolean }) {
  const { stage, timeline } = play;
  const { knex } = stage.database;
  const run = await play.watch.run();
  if (run === null) throw new Error("there is no run to sum up");
  const attempts = await listAttempts(knex, run.id);
  const newest = attempts.findLast(({ report }) => report !== null)?.report ?? null;
  const leaks = await findLeaks(stage);
  const orphans = await findOrphans(stage);
  for (const leak of leaks) timeline.loud(`a planted value leaked: ${leak}`);
  for (const orphan of orphans) timeline.loud(`a process was left behind: ${orphan}`);
  return {
    type: "summary" as const,
    scenario,
    ok: ok && leaks.length === 0 && orphans.length === 0,
    state: run.state,
    reason: run.reason,
    states: await statesOf(play, run),
    attempts: attempts.filter(({ status }) => status === "finished").length,
    commands_verified: attempts.flatMap(({ report }) => report?.evidence.verification?.commands ?? []).length,
    codex_version: newest?.codexVersion ?? null,
    isolation: newest?.isolation ?? null,
    pr: run.prNumber === null ? null : await pullFacts(play, run.prNumber),
    branches: await countBranches(stage),
    pull_requests: await countPulls(stage),
    sticky_comments: run.request.issue === null ? 0 : await countStickies(stage, run.request.issue),
    orphans: orphans.length,
    canaries_leaked: leaks.length,
    api_calls: countCalls(stage),
    throttle_waits: await countWaits(stage),
    model_calls: stage.model.requests().length,
    manager_calls: stage.model.requests().filter(({ path }) => path.endsWith("/chat/completions")).length,
    duration_ms: timeline.elapsedMs(),
    artifacts: (await listArtifacts(knex, run.id)).map(({ location }) => location),
    dir: stage.dir,
  };
}

async function pullFacts(play: Play, number: number) {
  const { html_url, merged, head } = await readPull(play, number);
  return { number, url: html_url, merged, head_sha: head.sha };
}

/** Every stay in a state with its length, from the journal. */
async function statesOf({ stage }: Play, run: Run): Promise<{ state: string; ms: number }[]> {
  const moves = (await readJournal(stage.database.knex, run.id)).filter(
    ({ event, fromState, toState }) => event.type === "run.created" || fromState !== toState,
  );
  const now = await readNow(stage.database);
  return moves.map(({ toState, at }, index) => ({ state: toState, ms: (moves[index + 1]?.at ?? now) - at }));
}

/** The same for people. */
export function summaryLines(summary: Summary): string[] {
  const { api_calls: calls, throttle_waits: waits, pr } = summary;
  return [
    `${summary.ok ? "✔" : "✘"} ${summary.scenario}: ${summary.state}${summary.reason ? ` (${summary.reason})` : ""} after ${(summary.duration_ms / 1_000).toFixed(1)} s`,
    "",
    ...summary.states.map(
      ({ state, ms }) => `  ${state.padEnd(12)} ${(ms / 1_000).toFixed(1).padStart(6)} s`,
    ),
    "",
    `  attempts ${summary.attempts}, commands verified ${summary.commands_verified}, model calls ${summary.model_calls}, manager calls ${summary.manager_calls}`,
    `  codex ${summary.codex_version}, isolation ${summary.isolation}`,
    `  GitHub: ${calls.creations} creations, ${calls.edits} edits, ${calls.reads} reads, ${calls.unchanged} unchanged, ${calls.mints} tokens minted`,
    `  throttle: ${waits.count} waits, ${(waits.ms / 1_000).toFixed(1)} s in all`,
    `  branches ${summary.branches}, pull requests ${summary.pull_requests}, sticky comments ${summary.sticky_comments}`,
    `  orphans ${summary.orphans}, planted values leaked ${summary.canaries_leaked}`,
    ...(pr ? [`  pull request #${pr.number} ${pr.merged ? "merged" : "not merged"}: ${pr.url}`] : []),
    ...summary.artifacts.map((artifact) => `  artifact ${artifact}`),
    `  everything lies in ${summary.dir}`,
  ];
}
