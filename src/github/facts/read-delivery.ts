import { z } from "zod";
import type { Intake } from "../../core/github-intake.ts";
import type { Delivery } from "../../database/inbox.ts";
import { handledEvent } from "./events.ts";
import { ignored, type Own } from "./payload.ts";

const Envelope = z.looseObject({
  action: z.string().nullish().catch(null),
  installation: z.unknown().optional(),
});

/** A stored delivery in our words. What cannot be understood is ignored with the reason, never thrown. */
export function readDelivery({ event, payload }: Pick<Delivery, "event" | "payload">, own: Own): Intake {
  const parsed = Envelope.safeParse(parseJson(payload));
  if (!parsed.success) return ignored("the payload is not a JSON object");
  const handled = handledEvent(event, parsed.data.action ?? null);
  if (handled === null) return ignored(`nobody handles ${nameOf(event, parsed.data.action)}`);
  if (!parsed.data.installation) return ignored("it comes from no installation of the app");
  return readWith(() => handled.read(parsed.data, own));
}

/** The action of a payload, for those who only sort. */
export function actionOf(payload: unknown): string | null {
  const parsed = Envelope.safeParse(payload);
  return parsed.success ? (parsed.data.action ?? null) : null;
}

function readWith(read: () => Intake): Intake {
  try {
    return read();
  } catch (error) {
    if (error instanceof z.ZodError) return ignored(`not understood: ${z.prettifyError(error)}`);
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the caller says that it is no JSON object
  }
}

function nameOf(event: string, action: string | null | undefined): string {
  return action ? `${event}.${action}` : event;
}
