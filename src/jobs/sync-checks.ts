import { HELD, judgeChecks } from "../core/checks.ts";
import type { Event } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { readJournal } from "../database/journal.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { type AppContext, targetOf } from "./context.ts";
import type { PullFacts } from "./ports.ts";
import type { Reading } from "./sync.ts";
import { failureEvents, heldEvent, turnedGreen } from "./sync-failures.ts";

/** What the checks of the current head say, once they have settled. */
export async function checkFacts(context: AppContext, run: Run, pull: PullFacts): Promise<Reading> {
  const { world, github } = context;
  const policy = await policyOfRun(context, run);
  const sha = pull.headSha;
  const facts = await github.readChecks(targetOf(run), sha, pull.baseBranch);
  const nowMs = await readNow(world.database);
  const times = {
    nowMs,
    headSinceMs: await headSince(context, run),
    settleMs: policy.ci_settle_sec * 1_000,
    graceMs: policy.ci_grace_sec * 1_000,
  };
  const verdict = judgeChecks(facts, times);
  const cause = `checks:${verdict.kind}:${verdict.fingerprint}`;
  const red = { context, run, pull, verdict };
  const tell = (...events: Event[]): Reading => ({
    found: events.map((event) => ({ event, cause: `${cause}:${event.type}` })),
    againInMs: null,
  });
  switch (verdict.kind) {
    case "passed":
      return tell(...(await turnedGreen(red)), { type: "checks.passed", sha });
    case "absent":
      return tell({ type: "checks.absent", sha });
    case "failed":
      return tell(...(await failureEvents(red)));
    case "held":
      return tell(
        await heldEvent(
          red,
          facts.checks.filter(({ state }) => state === "held"),
        ),
      );
    case "wait":
      return {
        found: [...restarted(run, sha, cause), ...released(run, sha, cause)],
        againInMs: verdict.untilMs === null ? null : Math.max(50, verdict.untilMs - nowMs),
      };
    default:
      return verdict satisfies never;
  }
}

/** How long until the checks of a head that was just published may be believed. */
export async function untilSettled(context: AppContext, run: Run): Promise<number> {
  const { ci_settle_sec: settleSec } = await policyOfRun(context, run);
  const now = await readNow(context.world.database);
  return (await headSince(context, run)) + settleSec * 1_000 - now;
}

/** Checks that run again on a head that was done with take the run back to waiting for them. */
function restarted(run: Run, sha: string, cause: string): Reading["found"] {
  return run.state === "REVIEW_WAIT" ? [{ event: { type: "checks.restarted", sha }, cause }] : [];
}

/** What a maintainer has let run is not waited for any more. */
function released({ reason }: Run, sha: string, cause: string): Reading["found"] {
  if (!reason?.startsWith(HELD)) return [];
  return [{ event: { type: "checks.held", sha, names: [], url: null }, cause: `${cause}:released` }];
}

/** When the current head was published, by our own journal. */
async function headSince({ world }: AppContext, run: Run): Promise<number> {
  const entries = await readJournal(world.database.knex, run.id, {
    types: ["branch.published", "change.published", "pr.opened"],
  });
  return (
    entries.findLast(({ event }) => "sha" in event && event.sha === run.publishedSha)?.at ?? run.createdAt
  );
}
