import { createHash } from "node:crypto";
import type { Delivery } from "../../database/inbox.ts";

/** Names exactly this delivery; the signed job that processes it carries it. */
export function digestOf({ guid, event, payload }: Delivery): string {
  return createHash("sha256")
    .update(JSON.stringify([guid, event, payload]))
    .digest("hex");
}
