import type { Fact, Reply } from "../actions/reply.ts";
import { EXIT, type ExitCode } from "../core/problem.ts";
import { clean } from "./clean.ts";
import { jsonOf } from "./print-json.ts";
import { factLines, type Look, sectionLines } from "./section-text.ts";
import { terminalLook } from "./terminal-look.ts";

type Answer = Extract<Reply, { ok: true }>;

/** A reply for the terminal: its words, its tables or else its facts, and the secret for this person's eyes. */
export function renderText(
  { text, facts = [], sections, secret }: Answer,
  look: Look = terminalLook(),
): string {
  const code = secret === undefined ? [] : ["", `confirmation code: ${look.paint("bold", secret)}`];
  const parts = sections?.map((section) => sectionLines(section, look)) ?? [factLines(facts, look)];
  const body = parts.flatMap((lines, at) => (at === 0 ? lines : ["", ...lines]));
  return [clean(text), ...body, ...code].join("\n");
}

export function renderFacts(facts: readonly Fact[]): string[] {
  return factLines(facts, terminalLook());
}

/** One stable shape, which docs/json.md explains: `data` is what a program reads, the rest is for people. */
export function renderJson({ text, facts = [], data, secret }: Answer): string {
  return jsonOf("agentpr.reply.v1", {
    ok: true,
    text,
    facts: facts.map(([label, value]) => ({ label, value })),
    ...(data === undefined ? {} : { data }),
    ...(secret === undefined ? {} : { confirm_token: secret }),
  });
}

const EXIT_OF = { refused: EXIT.refused, not_found: EXIT.notFound, usage: EXIT.usage } as const;

export function exitCodeOf(reply: Reply): ExitCode {
  return reply.ok ? EXIT.done : EXIT_OF[reply.kind];
}
