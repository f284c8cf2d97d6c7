import type { PageHandler } from "./exchange.ts";
import type { Metrics } from "./metrics.ts";
import { isSame } from "./session.ts";

const KEEP_MS = 5_000;

/** /metrics for whoever has the token; without one that is set there is no such page. */
export function metricsPage(
  metrics: Metrics,
  token: string | null,
  now: () => number = Date.now,
): PageHandler {
  let kept: { text: Promise<string>; until: number } | null = null;
  const read = () => {
    // Several scrapers, or one in a hurry, cost the database no more than one.
    if (kept === null || kept.until <= now()) kept = { text: metrics.text(), until: now() + KEEP_MS };
    return kept.text;
  };
  return async ({ method, url, headers }, response) => {
    if (token === null || (url ?? "/").split("?", 1)[0] !== "/metrics") return false;
    if (method !== "GET") return end(405, { allow: "GET" });
    const [, given = ""] = /^Bearer (\S+)$/.exec(headers.authorization ?? "") ?? [];
    if (!isSame(given, token)) return end(401, { "www-authenticate": 'Bearer realm="metrics"' });
    const text = await read().catch(() => null); // whoever reads metrics sees that there are none now
    if (text === null) return end(503, { "retry-after": "10" });
    response.writeHead(200, {
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      "cache-control": "no-store",
    });
    response.end(text);
    return true;

    function end(status: number, more: Record<string, string>): true {
      response.writeHead(status, more);
      response.end();
      return true;
    }
  };
}
