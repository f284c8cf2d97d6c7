import { z } from "zod";
import type { Fact, Reply } from "../actions/reply.ts";
import { blocks, bold, code, type Html, html } from "./html.ts";

const Runs = z.object({ runs: z.array(z.object({ id: z.string() })) });

/** The runs that a reply lists, in its order. */
export function listedRuns(reply: Reply): string[] {
  const parsed = reply.ok ? Runs.safeParse(reply.data) : null;
  return parsed?.success ? parsed.data.runs.map(({ id }) => id) : [];
}

/** A reply as lines; runs of a list are numbered, so that a number is enough to name one. */
export function renderReply(reply: Reply): Html[] {
  if (!reply.ok) return [html`✋ ${reply.text}`];
  const listed = listedRuns(reply);
  return [bold(reply.text), ...(reply.facts ?? []).flatMap((fact) => factLines(fact, listed))];
}

function factLines([label, value]: Fact, listed: readonly string[]): Html[] {
  const number = listed.indexOf(label);
  if (number !== -1) return [html`${number + 1}. ${code(label)} ${value.slice(0, 300)}`];
  if (!value.includes("\n")) return [html`${bold(label)}: ${value.slice(0, 1_000)}`];
  return [bold(label), ...blocks(value.slice(0, 50_000))];
}
