import type { Intake, Place } from "../../core/github-intake.ts";
import { enqueue } from "../../engine/enqueue.ts";
import type { Received } from "./receive.ts";

type CommandIntake = Extract<Intake, { kind: "command" }>;

/** 👀 at once, 🚀 or 😕 at the end. */
export function react(
  { guid, context }: Received,
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
      key: `react:${guid}:${content}`,
      once: "ever",
    }),
  );
}

export function answer(
  { guid, context }: Received,
  { repository, issue }: CommandIntake,
  index: number,
  text: string,
): Promise<void> {
  const { world } = context.actions;
  const payload = { ...place(repository), issue, text };
  return world.database.transaction((trx) =>
    enqueue(world, trx, { kind: "reply", runId: null, payload, key: `reply:${guid}:${index}`, once: "ever" }),
  );
}

function place({ owner, repo, repositoryId, installationId }: Place): Place {
  return { owner, repo, repositoryId, installationId };
}
