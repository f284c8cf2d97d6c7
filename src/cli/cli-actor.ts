import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import type { Actor } from "../actions/actor.ts";

/** Whoever holds this account; each call is a cause of its own. */
export function cliActor(): Actor {
  return { via: "cli", user: userName(), cause: `cli:${randomUUID()}` };
}

/** The account that this process runs under. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`; // an account without a name, as in some containers
  }
}
