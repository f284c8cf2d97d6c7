// recording: a demo as it was seen, kept as a picture that moves. `record.ts` is the door: it plays the demo and writes the
// picture; this file holds what was seen, as asciinema's second format has it.
import { z } from "zod";

/** Seconds since the beginning, and what was written then. */
export const Shown = z.tuple([z.number().min(0), z.literal("o"), z.string()]);
export type Shown = z.infer<typeof Shown>;

export const Cast = z.object({
  header: z.object({ version: z.literal(2), width: z.number().int(), height: z.number().int() }),
  shown: z.array(Shown),
});
export type Cast = z.infer<typeof Cast>;

/** Reads a recording: a header, then one line for each piece of output. */
export function readCast(text: string): Cast {
  const [header, ...shown] = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
  return Cast.parse({ header, shown });
}

export function writeCast({ header, shown }: Cast): string {
  return [header, ...shown].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** A line of the terminal, and when it was whole. */
export type Line = { at: number; text: string };

export function linesOf({ shown }: Cast): Line[] {
  const lines: Line[] = [];
  let begun = "";
  for (const [at, , text] of shown) {
    const parts = (begun + text).split(/\r?\n/);
    begun = parts.pop() ?? "";
    lines.push(...parts.map((part) => ({ at, text: part })));
  }
  return begun === "" ? lines : [...lines, { at: shown.at(-1)?.[0] ?? 0, text: begun }];
}
