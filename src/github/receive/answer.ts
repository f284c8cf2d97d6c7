import type { Intake, Place } from "../../core/github-intake.ts";
import { enqueue } from "../../engine/enqueue.ts";
import type { Received } from "./receive.ts";

type CommandIntake = Extract<Intake, { kind: "command" }>;

/** 👀 at once, 🚀 or 😕 at the end. */
export function react(
  { context }: Received,
  { repository, commentId }: CommandIntake,
  content: "eyes" | "rocket" | "confused",
): Promise<void> {
  const { world } = context.actions;
  const payload = { ...place(repository), commentId, content };
  return world.database.transaction((trx) =>
    enqueue(world, trx, {
      kind: "acknowledge",
      runId: null,
      payload,
      key: `react:${commentId}:${content}`,
      once: "ever",
    }),
  );
}

/** `about` is the run whose pages have the rest, should the text be too long. */
export type Answer = { key: string; text: string; about: string | null };

export function answer(
  { context }: Received,
  { repository, issue }: CommandIntake,
  { key, text, about }: Answer,
): Promise<void> {
  const { world } = context.actions;
  const payload = { ...place(repository), issue, text, about };
  return world.database.transaction((trx) =>
    enqueue(world, trx, { kind: "reply", runId: null, payload, key: `reply:${key}`, once: "ever" }),
  );
}

function place({ owner, repo, repositoryId, installationId }: Place): Place {
  return { owner, repo, repositoryId, installationId };
}
