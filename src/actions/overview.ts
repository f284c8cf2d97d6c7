import { z } from "zod";
import type { Run } from "../core/run.ts";
import { countGrades, countStates, type GradeCount } from "../database/run-lists.ts";
import { action } from "./action.ts";
import type { Actor } from "./actor.ts";
import { needFact, needsFor } from "./next.ts";
import type { Fact } from "./reply.ts";

const MOST_WANTING = 8;
const MOST_REASONS = 3;

export const overview = action({
  summary: "Count the runs by state and the attempts by grade; name those that want somebody",
  aliases: [],
  tier: "read",
  input: z.object({}),
  examples: ["/agentpr overview"],
  run: async ({ world }, actor) => {
    const db = world.database.knex;
    const repositoryId = repositoryOf(actor);
    const states = await countStates(db, repositoryId);
    const grades = await countGrades(db, repositoryId);
    const { needs } = await needsFor(world.database, actor);
    const wanting = needs.slice(0, MOST_WANTING);
    const total = [...states.values()].reduce((sum, count) => sum + count, 0);
    return {
      ok: true,
      text: total === 1 ? "1 run" : `${total} runs`,
      facts: [...stateFacts(states), ...gradeFacts(grades), ...wanting.map((need) => needFact(need, actor))],
      data: { states: Object.fromEntries(states), grades, needs: wanting },
    };
  },
});

/** From GitHub, nothing exists but the repository where the words were said. */
export function repositoryOf(actor: Actor): number | null {
  return actor.via === "github" ? actor.repositoryId : null;
}

export function runFact({ id, state, owner, repo, reason }: Run): Fact {
  return [id, `${state}  ${owner}/${repo}${reason === null ? "" : `  ${reason.slice(0, 120)}`}`];
}

function stateFacts(states: ReadonlyMap<string, number>): Fact[] {
  const counted = [...states].toSorted(([, a], [, b]) => b - a);
  return counted.length === 0 ? [] : [["states", counted.map((pair) => pair.join(" ")).join(", ")]];
}

function gradeFacts(grades: readonly GradeCount[]): Fact[] {
  const all = sum(grades);
  if (all === 0) return [];
  const passed = sum(grades.filter(({ grade }) => grade === "PASS"));
  const names = [...new Set(grades.map(({ grade }) => grade))];
  const counts = names.map((name) => `${name} ${sum(grades.filter(({ grade }) => grade === name))}`);
  const reasons = grades.slice(0, MOST_REASONS).map(({ reason, count }) => `${reason} ${count}`);
  return [
    ["pass rate", `${Math.round((100 * passed) / all)} % of ${all} attempts`],
    ["grades", counts.join(", ")],
    ["most frequent reasons", reasons.join(", ")],
  ];
}

function sum(grades: readonly GradeCount[]): number {
  return grades.reduce((total, { count }) => total + count, 0);
}
