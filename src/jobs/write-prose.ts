import { NO_PROSE, type Prose } from "../actions/write-prose.ts";
import type { Policy } from "../core/policy.ts";
import { heedProse, prosePlaces, proseQuestion } from "../core/pull-prose.ts";
import type { PullMaterial } from "../core/pull-text.ts";
import { askManager } from "./ask-manager.ts";
import type { AppContext } from "./context.ts";

type Order = { material: PullMaterial; policy: Policy; signal: AbortSignal };

/** Has the model write what the target's template asks for, once for each change; without an answer the rules' text stands. */
export async function writeProse(
  context: Pick<AppContext, "world" | "manager">,
  { material, policy, signal }: Order,
): Promise<Prose> {
  const places = prosePlaces(material);
  if (context.manager.mode === "rules" || places.length === 0) return NO_PROSE;
  const { run, change } = material;
  const question = proseQuestion(material, places);
  const heard = await askManager(context, { run, policy, question, subject: `change:${change.id}`, signal });
  const about = { type: "manager.wrote", changeId: change.id } as const;
  if (heard.kind === "failed") {
    const reason = `${heard.why}; the template is filled by rules`.slice(0, 4_000);
    return { words: {}, note: { ...about, source: "fallback", sections: [], reason } };
  }
  const words = heedProse(places, heard.answer);
  const sections = Object.keys(words);
  const [source, reason] =
    sections.length > 0
      ? (["llm", `the model wrote: ${sections.join(", ")}`] as const)
      : (["override", "nothing that the model wrote can stand; the template is filled by rules"] as const);
  return { words, note: { ...about, source, sections, reason } };
}
