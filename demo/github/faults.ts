import type { Method } from "./http/route.ts";

/** Something that goes wrong on purpose, a given number of times (once if not said). */
export type Fault = ApiFault | WebhookFault;

export type ApiFault = {
  method: Method;
  /** The route as GitHub's documentation writes it, e.g. /repos/{owner}/{repo}/pulls; `*` is every route. */
  route: string;
  times?: number;
} & (
  | { kind: "502-after-write" | "500-before" | "close-connection" | "close-after-write" }
  | { kind: "403-secondary" | "429"; retryAfterSeconds?: number }
  /** Refused with that status and message, before anything is done. */
  | { kind: "refusal"; status: 403 | 404 | 409 | 422; message: string }
  /** Before anything is done, or when it is done and only the answer is missing. */
  | { kind: "delay" | "delay-after-write"; ms: number }
);

export type WebhookFault = {
  /** Event name, or name.action; `*` is every event. */
  webhook: string;
  times?: number;
} & (
  | { kind: "drop" | "duplicate" }
  | { kind: "delay"; ms: number }
  /** Held back until the next delivery has arrived: the two come in the wrong order. */
  | { kind: "after-next" }
);

export type Faults = ReturnType<typeof createFaults>;

export function createFaults() {
  let planned: { fault: Fault; left: number }[] = [];
  function take<F extends Fault>(fits: (fault: Fault) => fault is F): F | null {
    const found = planned.find((entry) => entry.left > 0 && fits(entry.fault));
    if (!found) return null;
    found.left -= 1;
    return found.fault as F;
  }
  return {
    add(fault: Fault): void {
      planned.push({ fault, left: fault.times ?? 1 });
    },
    clear(): void {
      planned = [];
    },
    forCall(method: string, template: string): ApiFault | null {
      return take(
        (fault): fault is ApiFault =>
          "route" in fault && fault.method === method && [template, "*"].includes(fault.route),
      );
    },
    forWebhook(event: string, action: string | null): WebhookFault | null {
      const names = ["*", event, `${event}.${action ?? ""}`];
      return take((fault): fault is WebhookFault => "webhook" in fault && names.includes(fault.webhook));
    },
  };
}
