import { z } from "zod";
import type { DeliveryAttempt } from "../../core/redelivery.ts";
import type { GitHubClient } from "../client/client.ts";
import { handledEvent } from "../facts/events.ts";

const PER_PAGE = 100;
/** GitHub keeps three days of deliveries; a busy app has thousands in them. */
const MOST_PAGES = 200;

const Item = z.object({
  id: z.number(),
  guid: z.string(),
  delivered_at: z.string(),
  status_code: z.number(),
  event: z.string(),
  action: z.string().nullable(),
  repository_id: z.number().nullish(),
});

/** Attempts to deliver what we handle, back to a moment in GitHub's time, newest first. */
export async function deliveriesSince(client: GitHubClient, sinceMs: number): Promise<DeliveryAttempt[]> {
  const found: DeliveryAttempt[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await client.app.request("GET /app/hook/deliveries", {
      per_page: PER_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const items = z.array(Item).parse(answer.data);
    const recent = items.filter(({ delivered_at }) => Date.parse(delivered_at) >= sinceMs);
    found.push(...recent.filter(({ event, action }) => handledEvent(event, action) !== null).map(attemptOf));
    cursor = nextCursor(answer.headers.link);
    if (recent.length < items.length || cursor === undefined) break;
  }
  return found;
}

/** Asks GitHub to deliver the same thing once more, under the same GUID. */
export async function redeliver(client: GitHubClient, attemptId: number): Promise<void> {
  await client.app.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: attemptId });
}

function attemptOf({
  id,
  guid,
  delivered_at,
  status_code,
  repository_id,
}: z.infer<typeof Item>): DeliveryAttempt {
  return {
    id,
    guid,
    at: Date.parse(delivered_at),
    statusCode: status_code,
    repositoryId: repository_id ?? null,
  };
}

function nextCursor(link: string | undefined): string | undefined {
  const [, cursor] = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(link ?? "") ?? [];
  return cursor === undefined ? undefined : decodeURIComponent(cursor);
}
