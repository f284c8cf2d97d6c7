import { z } from "zod";
import { LIFT_FORMS, readLift } from "../core/amounts.ts";
import type { Event } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { LEGACY_STATES, parseState } from "../core/transitions.ts";
import { type Advanced, advance } from "../engine/advance.ts";
import { type ActionContext, action } from "./action.ts";
import { type Actor, nameOf } from "./actor.ts";
import { describeRun } from "./describe.ts";
import { retryWithBudget } from "./lift-budget.ts";
import { RunInput, withRun } from "./named-run.ts";
import { notFound, type Reply, refuse } from "./reply.ts";
import { resumption } from "./resumption.ts";

const Reason = RunInput.extend({ reason: z.string().max(2_000).optional() });
const Target = RunInput.extend({
  target_state: z
    .string()
    .transform((text, context) => {
      const state = parseState(text);
      if (state) return state;
      context.addIssue({
        code: "custom",
        message: `${text} is no state; known: ${Object.keys(LEGACY_STATES).join(", ")} and the present ones`,
      });
      return z.NEVER;
    })
    .optional(),
});

const Budget = z.string().transform((text, context) => {
  const lift = readLift(text);
  if (lift !== null) return lift;
  context.addIssue({ code: "custom", message: `${text} is no amount to add; write ${LIFT_FORMS}` });
  return z.NEVER;
});

export const pause = action({
  summary: "Stop work on a run until it is resumed; a running Codex is stopped at once",
  aliases: ["stop"],
  tier: "write",
  input: Reason,
  examples: ["/agentpr pause"],
  run: (context, actor, input) =>
    steer(context, actor, input, () => ({
      type: "run.paused",
      by: nameOf(actor),
      reason: input.reason ?? `paused by ${nameOf(actor)}`,
    })),
});

export const resume = action({
  summary: "Let a paused, held or escalated run go on, or one that asks what is to be done",
  aliases: ["continue"],
  tier: "write",
  input: Target,
  examples: ["/agentpr resume", "agentpr resume --run-id run_1a2b3c4d5e6f --target-state EXECUTING"],
  run: (context, actor, input) =>
    steer(context, actor, input, (run) =>
      resumption(context, run, { by: nameOf(actor), target: input.target_state ?? null }),
    ),
});

export const retry = action({
  summary: "Begin another attempt, with a note for it if there is something to say",
  aliases: [],
  tier: "write",
  input: Target.extend({ note: z.string().max(10_000).optional(), budget: Budget.optional() }),
  examples: [
    "/agentpr retry",
    '/agentpr retry note="keep the old name"',
    "agentpr retry --run-id run_1a2b3c4d5e6f --budget +500k",
  ],
  run: (context, actor, { budget, ...input }) => {
    const event: Event = {
      type: "human.retried",
      by: nameOf(actor),
      target: input.target_state ?? null,
      note: input.note ?? null,
    };
    if (budget === undefined) return steer(context, actor, input, () => event);
    return withRun(context, actor, input, async (run) => {
      const done = await retryWithBudget(context, actor, { run, event, lift: budget });
      return "why" in done ? refuse(`Not done: ${done.why}.`) : answerOf(done.advanced);
    });
  },
});

export const cancel = action({
  summary: "Give a run up; nothing more is done for it",
  aliases: [],
  tier: "write",
  requesterMay: true,
  input: Reason,
  examples: ["/agentpr cancel"],
  run: (context, actor, input) =>
    steer(context, actor, input, () => ({
      type: "human.cancelled",
      by: nameOf(actor),
      reason: input.reason ?? "cancelled",
    })),
});

/** Tells a run what a person wants of it, and says where that took it. */
export async function steer(
  context: ActionContext,
  actor: Actor,
  input: { run: string },
  event: (run: Run) => Event | Promise<Event>,
): Promise<Reply> {
  return withRun(context, actor, input, async (run) =>
    answerOf(await advance(context.world, { runId: run.id, event: await event(run), cause: actor.cause })),
  );
}

/** Where that took the run, or why it did not. */
export function answerOf(advanced: Advanced): Reply {
  if (advanced.kind === "unknown_run") return notFound("There is no such run.");
  if (advanced.kind === "refused") return refuse(`Not done: ${advanced.why}.`);
  const { run } = advanced;
  return {
    ok: true,
    text: `Run ${run.id} is ${run.state}.`,
    facts: describeRun(run),
    data: { run_id: run.id, state: run.state, duplicate: advanced.kind === "duplicate" },
  };
}
