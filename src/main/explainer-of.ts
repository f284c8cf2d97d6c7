import type { Explainer } from "../actions/explanation.ts";
import type { AppSettings } from "../config/settings.ts";
import type { World } from "../engine/world.ts";
import { createExplainer } from "../jobs/explain-card.ts";
import { managerOf } from "./manager-of.ts";

/** The manager's model as it explains cards; null where the rules alone decide or its key is not here. */
export function explainerOf(
  settings: Pick<AppSettings, "manager" | "github">,
  world: World,
): Explainer | null {
  const { mode, apiKey } = settings.manager;
  if (mode === "rules" || apiKey === null) return null;
  return createExplainer({ world, manager: () => managerOf(settings) });
}
