import { z } from "zod";
import type { Actor } from "./actor.ts";

/** A yes or no that commands write as words. */
export const flag = z
  .union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")])
  .optional();

type Given = { allow_dod_bypass?: boolean | undefined; reason?: string | undefined };

export type Bypass =
  | { kind: "none"; reason: null }
  | { kind: "given"; reason: string }
  | { kind: "refused"; why: string };

/** Passing by the gate is for who holds the machine, with a reason that is journaled and shown. */
export function bypassOf(actor: Actor, { allow_dod_bypass: wanted, reason }: Given): Bypass {
  if (!wanted) return { kind: "none", reason: null };
  if (actor.via !== "cli") return { kind: "refused", why: "the gate is bypassed from the command line only" };
  return reason === undefined
    ? { kind: "refused", why: "a bypass of the gate needs a reason" }
    : { kind: "given", reason };
}
