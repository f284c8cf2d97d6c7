import { z } from "zod";
import type { Job, Outcome } from "../core/job.ts";
import type { AppContext } from "./context.ts";
import type { Target } from "./ports.ts";

const Place = z.object({
  owner: z.string(),
  repo: z.string(),
  repositoryId: z.number(),
  installationId: z.number().nullable(),
});
const Reaction = Place.extend({ commentId: z.number(), content: z.enum(["eyes", "rocket", "confused"]) });
const Words = Place.extend({
  issue: z.number(),
  text: z.string(),
  about: z.string().nullable().default(null),
});

/** The quick sign that a command was seen, or how it ended. */
export async function acknowledge({ github }: AppContext, job: Job): Promise<Outcome> {
  const { commentId, content, ...target } = Reaction.parse(job.payload);
  await github.react(target satisfies Target, commentId, content);
  return { kind: "done" };
}

/** An answer to somebody who asked; the job's key is its marker, so that it is never posted twice. */
export async function replyTo({ github, texts }: AppContext, job: Job): Promise<Outcome> {
  const { issue, text, about, ...target } = Words.parse(job.payload);
  const { marker, body } = texts.reply({ text, about }, job.key);
  await github.putComment(target satisfies Target, { issue, marker, body, knownId: null });
  return { kind: "done" };
}
