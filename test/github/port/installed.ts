import pino from "pino";
import type { LocalGitHubOptions } from "../../../demo/github/start-local-github.ts";
import type { GitHubOptions } from "../../../src/github/client/client.ts";
import { createGitHubPort } from "../../../src/github/port/create-port.ts";
import type { GitHubPort, Target } from "../../../src/jobs/ports.ts";
import { clone, folderWith, pushFiles, remoteOf } from "../../demo/github/git-client.ts";
import { type Call, type CheckedGitHub, startCheckedGitHub } from "../../support/openapi-local-github.ts";

export type Installed = {
  hub: CheckedGitHub;
  port: GitHubPort;
  options: GitHubOptions;
  target: Target;
  owner: Call;
  /** Pushes a commit to a branch, as the repository's owner. */
  push: (branch: string, files: Record<string, string>) => Promise<string>;
};

/** A checked local GitHub with octo/hello, on which the app is installed, and the port to it. */
export async function installed(
  local: Partial<LocalGitHubOptions> = {},
  repository: { requiredChecks?: string[]; files?: Record<string, string> } = {},
): Promise<Installed> {
  const hub = await startCheckedGitHub(local);
  const { token } = hub.github.addUser("octo");
  const from = await folderWith(hub.dir, "seed", { "README.md": "hello\n", ...repository.files });
  const { requiredChecks = [] } = repository;
  const { id } = await hub.github.addRepository({ owner: "octo", name: "hello", from, requiredChecks });
  const { installationId } = hub.github.install("octo");
  const { app, apiUrl, url } = hub.github;
  const log = pino({ level: "silent" });
  const options = { appId: app.id, privateKey: app.privateKey, apiUrl, url, log, throttled: false };
  const work = await clone(hub.dir, remoteOf(url, "octo/hello", token), "work");
  return {
    hub,
    options,
    port: createGitHubPort(options),
    target: { owner: "octo", repo: "hello", repositoryId: id, installationId },
    owner: hub.as(token),
    push: async (branch, files) => (await pushFiles(work, { branch, files })).sha,
  };
}
