import { messageOf } from "../../src/core/problem.ts";
import type { World } from "../../src/engine/world.ts";

type Held = { token: string; revokeUrl: string | null; log: World["log"] };

const TIMEOUT_MS = 10_000;

/** Ends a token's life now. Where that fails it ends by itself within the hour, so nothing else depends on it. */
export async function takeBack({ token, revokeUrl, log }: Held): Promise<void> {
  if (revokeUrl === null) return;
  try {
    const { status } = await fetch(revokeUrl, {
      method: "DELETE",
      headers: {
        authorization: `token ${token}`,
        accept: "application/vnd.github+json",
        "user-agent": "agentpr",
      },
      redirect: "error",
      // Not the attempt's signal: an attempt that was called off gives its token back as well.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (status !== 204 && status !== 401) log.warn({ status }, "lent token not taken back; it will expire");
  } catch (error) {
    log.warn({ why: messageOf(error) }, "lent token not taken back; it will expire");
  }
}
