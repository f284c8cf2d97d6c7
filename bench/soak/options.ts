// soak: many short runs through the real system while its processes are killed, and what must hold when all is over.
// `main.ts` is the door; `soak.ts` plays; `verdict.ts` judges what `count.ts` counted; `memory.ts` says how memory is compared.
import { parseArgs } from "node:util";
import { z } from "zod";

export type SoakOptions = {
  minutes: number;
  /** Decides what becomes of each run, and who is killed when. */
  seed: number;
  db: "sqlite" | "postgres";
  /** Maintainers who each look after a repository, and ask for one run after the other. */
  lanes: number;
  /** Time between two kills, on average. */
  killEverySec: number;
  /** The part of the time, at its end, in which nobody is killed any more: memory is compared then. */
  calmShare: number;
  /** No more runs than that are asked for. */
  mostRuns: number;
  /** How long what was begun may take to come to its end, once nobody is killed any more. */
  drainSec: number;
};

export type SoakOrder = { options: SoakOptions; json: boolean; write: boolean };

const Flags = z.object({
  minutes: z.coerce
    .number()
    .positive()
    .max(24 * 60),
  seed: z.coerce.number().int().min(0),
  db: z.enum(["sqlite", "postgres"]),
  json: z.boolean(),
  write: z.boolean(),
});

/** What `npm run soak -- …` was told. */
export function readOptions(args: readonly string[], newSeed: () => number): SoakOrder {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "20" },
      seed: { type: "string", default: String(newSeed()) },
      db: { type: "string", default: "sqlite" },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const { json, write, ...chosen } = Flags.parse(values);
  return { options: { ...PACE, ...chosen }, json, write };
}

const PACE = { lanes: 6, killEverySec: 12, calmShare: 1 / 3, mostRuns: 10_000, drainSec: 240 };
