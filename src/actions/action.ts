// actions: what a person may ask for. One file an action, one table ACTIONS, one perform(); the same from every front end.
import type { z } from "zod";
import type { Policy } from "../core/policy.ts";
import type { World } from "../engine/world.ts";
import type { Actor, Tier } from "./actor.ts";
import type { Explainer } from "./explanation.ts";
import type { Reply } from "./reply.ts";
import type { RepositoryLookup } from "./repository.ts";
import type { Survey } from "./survey.ts";
import type { WriteProse } from "./write-prose.ts";

export type ActionContext = {
  world: World;
  /** Null where no GitHub credentials are configured: then nothing new can be begun. */
  github: RepositoryLookup | null;
  policyFor(repository: { owner: string; repo: string }): Policy;
  /** Why that prompt version cannot be used, with those that can; null where it can. */
  promptFault(version: string): string | null;
  /** What a prompt version asks for by itself, where nothing else is asked for; null where it needs a request. */
  ownTask?(version: string): string | null;
  /** How things stand around a change now; absent where this process cannot ask. */
  survey?: Survey;
  /** The model that explains cards; null or absent where none may be asked. */
  explainer?: Explainer | null;
  /** Ends whatever an action waits for; absent where the process ends it. */
  signal?: AbortSignal;
  /** A model's prose for the target's template; absent where no model may be asked. */
  writeProse?: WriteProse;
  /** The operator's words about the undertaking of a prompt version; null where there are none. */
  aboutFor?(version: string): string | null;
  defaults: { promptVersion: string; autokick: boolean };
};

export type Action<Input extends z.ZodType = z.ZodType> = {
  readonly summary: string;
  readonly aliases: readonly string[];
  readonly tier: Tier;
  /** The person who made the request may use it too, whatever their role. */
  readonly requesterMay?: boolean;
  /** Its answer is what was asked for, so it is given where it was asked; so are all of the read tier. */
  readonly isQuestion?: boolean;
  readonly input: Input;
  readonly examples: readonly string[];
  run(context: ActionContext, actor: Actor, input: z.infer<Input>): Promise<Reply>;
};

/** Keeps the input's type while the table holds actions of all kinds. */
export function action<Input extends z.ZodType>(definition: Action<Input>): Action<Input> {
  return definition;
}
