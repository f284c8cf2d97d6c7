import { z } from "zod";
import { knownKeysAt } from "./known-keys.ts";
import { isGroup, LAYER_KEYS } from "./policy-layer.ts";
import { didYouMean } from "./suggest.ts";

const commands = z.array(z.string().trim().min(1).max(1_000)).max(20);

/** What a target repository says about itself in `.github/agentpr.yml`. */
export const RepositorySettings = z.object({
  /** Why nothing is to be done here; null: it may be worked on. */
  skip: z.string().nullable().default(null),
  testCommands: commands.default([]),
  lintCommands: commands.default([]),
  /** Keys of the policy as it wishes them; only what is stricter is granted. */
  asks: z.object(LAYER_KEYS).prefault({}),
});
export type RepositorySettings = z.infer<typeof RepositorySettings>;

export const NO_SETTINGS: RepositorySettings = RepositorySettings.parse({});

/** The keys as they stand in the file. */
const File = z.strictObject({
  ...LAYER_KEYS,
  skip: z.union([z.boolean(), z.string().trim().min(1).max(300)]).optional(),
  test_commands: commands.optional(),
  lint_commands: commands.optional(),
});

const MOST_FAULTS = 20;
const LONGEST_FAULT = 300;

/** What can be used of the file, key by key; what cannot is told and left out, so that one slip does not undo the rest. */
export function readRepositorySettings(content: unknown): { settings: RepositorySettings; faults: string[] } {
  if (content === null || content === undefined) return { settings: NO_SETTINGS, faults: [] };
  if (!isGroup(content)) return { settings: NO_SETTINGS, faults: ["it is not a list of keys and values"] };
  const parsed = File.safeParse(content);
  const issues = parsed.error?.issues ?? [];
  const spoilt = new Set(issues.flatMap(keysOf));
  const usable = File.parse(Object.fromEntries(Object.entries(content).filter(([key]) => !spoilt.has(key))));
  const { skip, test_commands, lint_commands, ...asks } = usable;
  const settings = {
    skip: reasonOf(skip),
    testCommands: test_commands,
    lintCommands: lint_commands,
    asks,
  };
  return { settings: RepositorySettings.parse(settings), faults: issues.slice(0, MOST_FAULTS).map(explain) };
}

function keysOf(issue: z.core.$ZodIssue): PropertyKey[] {
  if (issue.path.length > 0) return [String(issue.path[0])];
  return issue.code === "unrecognized_keys" ? issue.keys : [];
}

function reasonOf(skip: boolean | string | undefined): string | null {
  if (skip === true) return "it asks not to be worked on";
  return skip === undefined || skip === false ? null : skip;
}

function explain(issue: z.core.$ZodIssue): string {
  const at = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return `${at}: ${issue.message}`.slice(0, LONGEST_FAULT);
  const known = knownKeysAt(File, issue.path);
  const keys = issue.keys.map((key) => `"${key}"${key.length > 60 ? "" : didYouMean(key, known)}`);
  return `${at === "" ? "" : `${at}: `}unknown key ${keys.join(", ")}`.slice(0, LONGEST_FAULT);
}
