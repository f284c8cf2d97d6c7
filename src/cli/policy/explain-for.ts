import { loadPolicy } from "../../config/policy-file.ts";
import type { ExplainedPolicy, PolicyValue } from "../../config/policy-origins.ts";
import { type AppSettings, loadAppSettings } from "../../config/settings.ts";
import type { Policy } from "../../core/policy.ts";
import { leaves } from "../../core/policy-layer.ts";
import { type RepositorySettings, readRepositorySettings } from "../../core/repository-settings.ts";
import type { RepositoryName } from "../../core/run.ts";
import { tighten } from "../../core/tighten.ts";
import type { GlobalOptions } from "../program.ts";
import { settingsSource } from "../sources.ts";
import { askGitHub } from "./ask-github.ts";

type Order = { options: GlobalOptions; repository: RepositoryName; offline: boolean };

export type ShownPolicy = {
  repository: string;
  file: string;
  values: readonly PolicyValue[];
  /** Of the repository's own settings, what is not policy. */
  own: Omit<RepositorySettings, "asks"> | null;
  /** What was refused, and what could not be found out. */
  notes: string[];
};

/** The policy in force for a repository, with where each value comes from, its own settings included. */
export async function explainFor({ options, repository, offline }: Order): Promise<ShownPolicy> {
  const settings = loadAppSettings(settingsSource(options));
  const loaded = loadPolicy(settings.policyFile);
  const explained = loaded.explain(repository);
  const named = { repository: `${repository.owner}/${repository.repo}`, file: loaded.file };
  const asked = await ownSettings(settings, repository, offline);
  if (asked.content === null) return { ...named, values: explained.values, own: null, notes: asked.notes };
  const { settings: own, faults } = readRepositorySettings(asked.content);
  const { policy, refused } = tighten(explained.policy, own.asks);
  const { asks: _, ...rest } = own;
  return { ...named, values: tightenedValues(explained, policy), own: rest, notes: [...faults, ...refused] };
}

type Own = { content: unknown; notes: string[] };

async function ownSettings(settings: AppSettings, name: RepositoryName, offline: boolean): Promise<Own> {
  const nothing = (...notes: string[]) => ({ content: null, notes });
  if (offline) return nothing("the repository's own settings were not asked for");
  const asked = await askGitHub(settings, name);
  if (asked.kind === "read") return { content: asked.content ?? null, notes: [] };
  return asked.kind === "none"
    ? nothing()
    : nothing(`the repository's own settings do not count: ${asked.why}`);
}

/** A list that has grown keeps its origins; what has been replaced comes from the repository alone. */
function tightenedValues({ values }: ExplainedPolicy, policy: Policy): PolicyValue[] {
  const before = new Map(values.map((entry) => [entry.key, entry]));
  return leaves(policy).map(([key, value]) => {
    const known = before.get(key);
    if (known !== undefined && JSON.stringify(known.value) === JSON.stringify(value)) return known;
    const grown = Array.isArray(value) && Array.isArray(known?.value) && value.length > known.value.length;
    return { key, value, from: [...(grown ? known.from : []), "repository"] };
  });
}
