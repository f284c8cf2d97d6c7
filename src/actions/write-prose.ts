import type { ManagerWrote } from "../core/manager-events.ts";
import type { Policy } from "../core/policy.ts";
import type { Words } from "../core/pull-sections.ts";
import type { PullMaterial } from "../core/pull-text.ts";

/** Words for the template, and what the journal keeps of asking for them; null where nobody was asked. */
export type Prose = { words: Words; note: ManagerWrote | null };

/** Asks before the request is shown: what is confirmed is what was written. It never throws for a model's failure. */
export type WriteProse = (material: PullMaterial, policy: Policy) => Promise<Prose>;

export const NO_PROSE: Prose = { words: {}, note: null };
