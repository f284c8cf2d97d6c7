import type { Actor } from "../actor.ts";

export type RateLimits = ReturnType<typeof createRateLimits>;

const HOUR_MS = 3_600_000;

type Window = { used: number; resetsAt: number };

/** Counts what each actor spends in an hour, as GitHub's primary limit does; conditional hits are given back. */
export function createRateLimits(now: () => number, perHour = 5_000) {
  const limitOf = ({ kind }: Actor) => (kind === "anonymous" ? 60 : perHour);
  const windows = new Map<string, Window>();

  function windowOf(actor: Actor): Window {
    const key = keyOf(actor);
    const current = windows.get(key);
    if (current && current.resetsAt > now()) return current;
    const fresh = { used: 0, resetsAt: now() + HOUR_MS };
    windows.set(key, fresh);
    return fresh;
  }

  return {
    spend(actor: Actor, points: number): void {
      windowOf(actor).used += points;
    },
    isSpent(actor: Actor): boolean {
      return windowOf(actor).used > limitOf(actor);
    },
    overview(actor: Actor): { limit: number; used: number; remaining: number; reset: number } {
      const { used, resetsAt } = windowOf(actor);
      const limit = limitOf(actor);
      return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil(resetsAt / 1000) };
    },
    headers(actor: Actor): Record<string, string> {
      const { limit, used, remaining, reset } = this.overview(actor);
      return {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(remaining),
        "x-ratelimit-used": String(used),
        "x-ratelimit-reset": String(reset),
        "x-ratelimit-resource": "core",
      };
    },
  };
}

function keyOf(actor: Actor): string {
  if (actor.kind === "user") return `user ${actor.user.login}`;
  return actor.kind === "installation" ? `installation ${actor.installationId}` : actor.kind;
}
