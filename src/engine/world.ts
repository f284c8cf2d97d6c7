// engine: moves and works. Advances runs in one transaction and carries jobs out under leases.
// It knows no GitHub, no Telegram, no Codex: what a job does is handed to it.
import type { Logger } from "pino";
import type { Database } from "../database/connect.ts";
import type { SigningKey } from "./sign.ts";
import type { Tracing } from "./tracing.ts";
import type { Wake } from "./wake/wake.ts";

/** All that the engine takes from outside: nothing is global, so a test can hand in its own. */
export type World = {
  readonly database: Database;
  /** Null on a runner: only the app side can sign, and so move runs. */
  readonly key: SigningKey | null;
  readonly wake: Wake;
  readonly log: Logger;
  readonly newId: () => string;
  readonly random: () => number;
  /** Only where traces are asked for. */
  readonly tracing?: Tracing;
};
