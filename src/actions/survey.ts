import type { Change } from "../core/change.ts";
import type { Surroundings } from "../core/gate.ts";
import type { Run } from "../core/run.ts";
import type { ShownRequest } from "../core/shown-request.ts";

export type Surveyed = {
  surroundings: Surroundings;
  workflows: ShownRequest["workflows"];
  /** The template that the target's owner keeps for all repositories; asked for only where the target has none. */
  inheritedTemplate: { path: string; text: string } | null;
};

export type Wanted = {
  baseBranch: string;
  /** Whether the owner's own template is wanted. */
  template: boolean;
  title: string;
};

/** How things stand around a change on GitHub. It never throws: what could not be seen is said. */
export type Survey = (run: Run, change: Change, wanted: Wanted) => Promise<Surveyed>;

export function unseen(why: string): Surveyed {
  return { surroundings: { kind: "unknown", why }, workflows: null, inheritedTemplate: null };
}
