import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { GitHubCredentials } from "../config/github-credentials.ts";
import type { LoadedPolicy } from "../config/policy-file.ts";
import { loadPrompt } from "../config/prompts.ts";
import type { AppSettings } from "../config/settings.ts";
import type { World } from "../engine/world.ts";
import type { Answered } from "../github/client/client-settings.ts";
import { createTexts } from "../github/comments/texts.ts";
import { createForkPort } from "../github/fork/create-fork-port.ts";
import { createGitHubPort } from "../github/port/create-port.ts";
import type { Reaches, SharedContext } from "../jobs/context.ts";
import type { GitPort } from "../jobs/ports.ts";
import { gitPort } from "./git-port.ts";
import { managerOf } from "./manager-of.ts";

export type Access = {
  settings: AppSettings;
  /** Null where no App is registered. */
  credentials: GitHubCredentials | null;
  /** A person's token, for repositories where the app is not installed. */
  token?: string | null;
  /** False only where nobody minds the pace of our requests to GitHub, as in tests. */
  throttled?: boolean;
  /** Takes the place of every run's own prompt version. */
  promptVersion?: string | null;
  /** Told of every answer of GitHub's. */
  onAnswer?: (answer: Answered) => void;
};

type Parts = Access & Pick<LoadedPolicy, "policyFor"> & { world: World };

/** What every job of the app lane works with, by whatever credentials there are. */
export async function sharedContext({ policyFor, world, ...access }: Parts): Promise<SharedContext> {
  const { settings, promptVersion = null } = access;
  const home = join(settings.dataDir, "git-home");
  await mkdir(home, { recursive: true });
  return {
    world,
    reaches: reachesOf(access, world, home),
    texts: createTexts({ githubUrl: settings.github.webUrl, webUrl: settings.publicUrl }),
    manager: await managerOf(settings),
    promptVersion,
    dataDir: settings.dataDir,
    policyFor,
    requireApprovedRunners: world.database.dialect === "postgres",
    promptFor: (version) => loadPrompt(version, promptsOf(settings)),
  };
}

export function promptsOf({ root, promptFile: file }: AppSettings) {
  return { root, file };
}

function reachesOf(access: Access, { log }: World, home: string): Reaches {
  const { credentials, settings, token = null, throttled = true, onAnswer = () => undefined } = access;
  const { apiUrl, webUrl: url, forkOwner } = settings.github;
  const options = { apiUrl, url, log, throttled, onAnswer };
  const git = gitPort(home, token === null ? [] : [token]);
  return {
    direct: credentials === null ? null : { github: createGitHubPort({ ...credentials, ...options }), git },
    fork:
      token === null
        ? null
        : { github: createForkPort({ token, forkOwner, ...options }), git: gitOfForks(git) },
  };
}

/** A push to the operator's own fork starts nothing that holds the target's secrets. */
function gitOfForks(git: GitPort): GitPort {
  return {
    ...git,
    pushStarts: () => Promise.resolve([]),
    startedWorkflows: async (order) => ({ ...(await git.startedWorkflows(order)), push: [] }),
  };
}
