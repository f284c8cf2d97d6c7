import { paint } from "./paint.ts";
import type { Look } from "./section-text.ts";

/** How this process's output shows things. Off a terminal there is all the room, unless COLUMNS says how much. */
export function terminalLook(pages: string | null = null): Look {
  const { stdout, env } = process;
  const said = Number(env.COLUMNS);
  const width = stdout.isTTY ? stdout.columns : said > 0 ? said : Number.POSITIVE_INFINITY;
  const follows = stdout.isTTY && paint("bold", "x") !== "x";
  return { width, nowMs: Date.now(), paint, pages: follows ? pages : null };
}
