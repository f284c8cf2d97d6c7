import { action } from "./action.ts";
import { nameOf } from "./actor.ts";
import { RunInput } from "./named-run.ts";
import { steer } from "./steer.ts";

export const markDone = action({
  summary: "Say that a run which needs a person is finished, whatever it came to",
  aliases: ["finish"],
  tier: "write",
  input: RunInput,
  examples: ["/agentpr mark-done", "agentpr mark-done --run-id run_1a2b3c4d5e6f"],
  run: (context, actor, input) =>
    steer(context, actor, input, () => ({ type: "human.finished", by: nameOf(actor) })),
});
