import type { Section } from "../core/section.ts";

/** What a person is told, in no dialect: each front end renders it in its own. */
export type Reply =
  | {
      ok: true;
      text: string;
      facts?: readonly Fact[];
      /** The same at length, with tables, where there is room: they stand in place of the facts. */
      sections?: readonly Section[];
      data?: unknown /** Shown to the asker alone, never stored or logged. */;
      secret?: string;
    }
  | { ok: false; kind: "refused" | "not_found" | "usage"; text: string };

export type Fact = readonly [label: string, value: string];

export function refuse(text: string): Reply {
  return { ok: false, kind: "refused", text };
}

export function notFound(text: string): Reply {
  return { ok: false, kind: "not_found", text };
}
