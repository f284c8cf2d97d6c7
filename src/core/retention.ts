import type { Grade } from "./grade.ts";

export type Retention = { kept: boolean; why: string };

/** Whether an attempt's event stream is kept: always after a failure, for a fixed share of the attempts that passed. */
export function retainEvents({
  attemptId,
  grade,
  percent,
}: {
  attemptId: string;
  grade: Grade["grade"];
  percent: number;
}): Retention {
  if (grade !== "PASS") return { kept: true, why: "non_pass" };
  const kept = bucketOf(attemptId) < percent;
  return { kept, why: `success_${kept ? "in" : "outside"}_sample_${percent}pct` };
}

/** A number from 0 to just under 100 that depends on nothing but the text (FNV-1a), so that every process agrees. */
function bucketOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  // The low bits of FNV are the weak ones; folding mixes the high ones in.
  return (((hash ^ (hash >>> 15)) >>> 0) % 10_000) / 100;
}
