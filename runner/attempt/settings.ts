// attempt: one execution of Codex for a run, from a claimed job to a sealed, graded change, as a list of stages.
// `run-attempt.ts` is the table of contents.
import type { ReaderKey } from "../../src/engine/sealed-envelope.ts";
import type { BoxLimits, Isolation } from "../box/box-args.ts";
import type { FoundCodex } from "../codex/find-codex.ts";
import type { KeyedProvider, LoginProvider } from "../provider/select-provider.ts";
import type { RuntimeTemplates } from "./runtime-templates.ts";

/** What a runner knows about its own machine; the same for all attempts. */
export type RunnerSettings = {
  /** This runner's id, written on every attempt. */
  name: string;
  baseDir: string;
  cacheDir: string;
  dataDir: string;
  codex: FoundCodex;
  provider: KeyedProvider | LoginProvider;
  isolation: Isolation;
  /** The operator lets a policy do without a box. */
  allowUnboxed: boolean;
  overrides: readonly string[];
  /** PATH as commands in the box see it, and the folders that are shown for it. */
  path: string;
  toolPaths: readonly string[];
  /** Nothing is looked at before Codex is started; only an attempt in the foreground may ask for that. */
  skipPreflight?: boolean;
  /** An agent that tries to commit or push does no wrong; it still cannot push. Only in the foreground, too. */
  allowAgentPush?: boolean;
  /** A required skill that is not there does not stop the attempt. Only in the foreground, too. */
  allowMissingSkills?: boolean;
  /** Variables of policy/runtime_env_overrides.json. */
  templates: RuntimeTemplates;
  /** What credentials for private repositories are sealed to; without it only public ones can be cloned. */
  key?: ReaderKey;
  /** Credentials of this machine, by value: redacted from everything, and looked for in every diff. */
  knownSecrets: readonly string[];
};

/** The same for one attempt, with what its policy asks of the machine. */
export type AttemptSettings = RunnerSettings & { limits: BoxLimits };
