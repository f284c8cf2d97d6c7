import { z } from "zod";
import type { Policy } from "../core/policy.ts";
import { RepositorySettings } from "../core/repository-settings.ts";
import type { Run } from "../core/run.ts";
import { tighten } from "../core/tighten.ts";
import { findNewestJob } from "../database/job-queries.ts";
import type { World } from "./world.ts";

type Sources = {
  world: Pick<World, "database">;
  policyFor(repository: { owner: string; repo: string }): Policy;
};

const Ordered = z.object({ repository: RepositorySettings.prefault({}) });

/**
 * The policy that holds a run: the operator's of today, made stricter by what the repository asked for when the newest
 * attempt was ordered. The order's signature is not asked for here: what stands in it can only make things stricter.
 */
export async function policyOfRun({ world, policyFor }: Sources, run: Run): Promise<Policy> {
  const newest = await findNewestJob(world.database.knex, run.id, "attempt");
  if (newest === null) return policyFor(run);
  const { repository } = Ordered.parse(newest.payload);
  return tighten(policyFor(run), repository.asks).policy;
}
