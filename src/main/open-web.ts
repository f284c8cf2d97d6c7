import type { AppSettings } from "../config/settings.ts";
import { parseRepositoryName } from "../core/run.ts";
import { createSignIn } from "../github/client/sign-in.ts";
import type { SharedContext } from "../jobs/context.ts";
import type { GitHubPort } from "../jobs/ports.ts";
import type { People } from "../web/authority.ts";
import { createWeb, type Web } from "../web/web.ts";
import { actionContext } from "./action-context.ts";
import { lenderBy } from "./lend-to-read.ts";
import { pagesAt } from "./pages-at.ts";
import { readPatch } from "./read-patch.ts";

/** The run pages, with whatever GitHub can be asked by. */
export function openWeb(settings: AppSettings, context: SharedContext): Web {
  const { github, publicUrl } = settings;
  const direct = context.reaches.direct?.github ?? null;
  const { apiUrl, webUrl: url, signIn, controlRepository } = github;
  return createWeb({
    actions: actionContext(settings, context),
    people: direct && peopleBy(direct, controlRepository),
    // Nobody comes so far without a say in the run's repository.
    patchOf: (run, signal) =>
      readPatch({ database: context.world.database, githubUrl: url, lend: lenderBy(context) }, run, signal),
    // GitHub leads people back to an address that it knows, so there has to be one.
    signIn:
      signIn === null || publicUrl === null || direct === null
        ? null
        : createSignIn({ ...signIn, url, apiUrl }),
    publicUrl: publicUrl ?? pagesAt(settings),
    githubUrl: url,
  });
}

function peopleBy(github: GitHubPort, controlRepository: string | null): People {
  const name = controlRepository === null ? null : parseRepositoryName(controlRepository);
  return {
    roleOf: (repository, login) => github.roleOf(repository, login),
    async findControl() {
      const found = name === null ? null : await github.findRepository(name);
      // A public one would let everybody see that forks are worked on.
      if (found === null || !found.private || found.installationId === null) return null;
      return { ...found, installationId: found.installationId };
    },
  };
}
