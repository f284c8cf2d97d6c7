import { z } from "zod";
import type { Outcome } from "../core/job.ts";
import type { Run } from "../core/run.ts";
import { type AppContext, targetOf } from "./context.ts";

export const PersonsAnswer = z.object({
  said: z.object({
    text: z.string(),
    to: z.array(z.string()),
    thread: z.number().int().nullable(),
    /** Names the answer among those of the run. */
    at: z.number().int(),
  }),
});
type Said = z.infer<typeof PersonsAnswer>["said"];

/** Posts a person's answer, once: in the conversation that it is about, else on the pull request. */
export async function postAnswer(
  { github, texts }: AppContext,
  run: Run,
  pull: number,
  { text, to, thread, at }: Said,
): Promise<Outcome> {
  const target = targetOf(run);
  const { marker, body } = texts.personsReply({ text, to }, `${run.id}/said-${at}`);
  const known = thread === null ? [] : await github.readThreads(target, pull);
  const found = known.find(({ first }) => first === thread);
  if (found?.comments?.some(({ own, body: said }) => own && said.includes(marker))) return { kind: "done" };
  const isThere = thread !== null && found !== undefined && found.comments !== null;
  if (isThere && (await github.replyInThread(target, { pull, thread, body }))) return { kind: "done" };
  // The conversation is gone, or too long to know what stands in it.
  await github.answerOnPull(target, { pull, marker, body });
  return { kind: "done" };
}
