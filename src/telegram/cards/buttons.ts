import type { ActionName } from "../../actions/actions.ts";
import { TIERS, type Tier } from "../../actions/actor.ts";
import type { RunInFull } from "../../actions/run-in-full.ts";
import type { Run, State } from "../../core/run.ts";
import { tierOfAction } from "../commands.ts";
import type { ButtonAction, ButtonSpec } from "../outgoing.ts";
import { dialogueButtons } from "./dialogue.ts";

type Offer = { readonly label: string; readonly action: ButtonAction };

const PAUSE: Offer = { label: "⏸ Pause", action: "pause" };
const RESUME: Offer = { label: "▶ Resume", action: "resume" };
const RETRY: Offer = { label: "🔁 Retry", action: "retry" };
/** What cannot be taken back is asked about once more. */
const CANCEL: Offer = { label: "🗑 Cancel…", action: "ask" };

/** What a person can do about a run in each state. */
const OFFERS: Record<State, readonly Offer[]> = {
  QUEUED: [RESUME, CANCEL],
  EXECUTING: [PAUSE, CANCEL],
  PUSHED: [PAUSE, CANCEL],
  CI_WAIT: [PAUSE],
  REVIEW_WAIT: [PAUSE],
  ITERATING: [PAUSE],
  PAUSED: [RESUME, CANCEL],
  NEEDS_HUMAN: [RETRY, RESUME, CANCEL],
  DONE: [],
  FAILED: [RETRY],
};

/** Buttons that fit the run's state and the person's tier. */
export function cardButtons(full: RunInFull, tier: Tier): ButtonSpec[][] {
  const { run } = full;
  const talking = dialogueButtons(full);
  const said = new Set(talking.map(({ action }) => action));
  const steering = OFFERS[run.state]
    .filter(({ action }) => !said.has(action))
    .map(({ label, action }) => spec(label, action, full));
  const looking = [
    spec("🔄 Refresh", "refresh", full),
    ...(full.report === null && full.running === null ? [] : [spec("📜 Logs", "logs", full)]),
    ...(full.change === null ? [] : [spec("Δ Diff", "diff", full)]),
  ];
  return [pullButtons(full), talking, steering, looking]
    .map((row) => row.filter(({ action }) => mayPress(tier, action)))
    .filter((row) => row.length > 0);
}

/** What the button for that says on the card of a run where it stands; null where it has none. */
export function labelOf(action: ActionName, { state }: Run): string | null {
  const wanted = action === "cancel" ? "ask" : action;
  return OFFERS[state].find((offer) => offer.action === wanted)?.label ?? null;
}

/** Two steps to a pull request: Request shows what would be opened, Confirm opens exactly that. */
export function pullButtons(full: RunInFull): ButtonSpec[] {
  const { run, approval, nowMs } = full;
  if (run.state !== "PUSHED" || (approval?.status === "confirmed" && approval.sha === run.changeSha))
    return [];
  const open =
    approval?.status === "requested" && approval.expiresAt > nowMs && approval.sha === run.changeSha;
  if (!open) return [spec("🙋 Request PR", "request_pr", full)];
  const input = { run: run.id, approval: approval.id };
  return [
    { label: "✅ Confirm", action: "approve_pr", input, once: true },
    { label: "↩ Take back", action: "withdraw_pr", input: { run: run.id }, once: true },
  ];
}

const LOOKING: ReadonlySet<ButtonAction> = new Set(["refresh", "diff", "logs"]);

function spec(label: string, action: ButtonAction, { run }: RunInFull): ButtonSpec {
  const input = action === "ask" ? { run: run.id, action: "cancel" } : { run: run.id };
  return { label, action, input, once: !LOOKING.has(action) && action !== "ask" };
}

/** What a tier may press; whoever presses is looked at again, because others see the same card. */
export function mayPress(tier: Tier, action: ButtonAction): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(tierOfButton(action));
}

export function tierOfButton(action: ButtonAction): Tier {
  if (action === "refresh" || action === "diff" || action === "leave") return "read";
  if (action === "compose") return tierOfAction("answer");
  return action === "ask" ? "write" : tierOfAction(action);
}
