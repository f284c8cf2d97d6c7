import { z } from "zod";
import { Usage } from "./usage.ts";

/** What a runner tells of its attempt while it works; what it does not tell is as at the beginning. */
const TOLD_PROGRESS = z.object({
  commands: z.number().default(0),
  commandRunning: z.string().nullable().default(null),
  usage: Usage.partial().default({}),
});
export type ToldProgress = z.infer<typeof TOLD_PROGRESS>;

/** A runner of another version may tell it in other words: then nothing is known. */
export function readProgress(progress: Readonly<Record<string, unknown>> | null): ToldProgress {
  return TOLD_PROGRESS.safeParse(progress ?? {}).data ?? TOLD_PROGRESS.parse({});
}
