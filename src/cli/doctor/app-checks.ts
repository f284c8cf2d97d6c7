import { readGitHubCredentials } from "../../config/github-credentials.ts";
import { loadPolicy } from "../../config/policy-file.ts";
import { listPrompts, loadPrompt } from "../../config/prompts.ts";
import type { AppSettings } from "../../config/settings.ts";
import { openDatabase } from "../open-database.ts";
import { type Check, ok, warning } from "./check.ts";

export function githubApp(settings: AppSettings): Check {
  return {
    name: "GitHub App",
    look: async () => {
      const credentials = readGitHubCredentials(settings);
      if (credentials !== null) return ok(`App ${credentials.appId}`);
      if (settings.github.token !== null) return ok("no App is registered; GitHub is polled with the token");
      return warning(
        "no App is registered yet",
        "Start agentpr app and open its page, or fill in .env by hand",
      );
    },
  };
}

export function policy({ policyFile }: AppSettings): Check {
  return {
    name: "policy",
    look: async () => {
      const { withoutEffect } = loadPolicy(policyFile);
      return withoutEffect.length === 0
        ? ok(policyFile)
        : warning(`these keys change nothing: ${withoutEffect.join(", ")}`, `Remove them from ${policyFile}`);
    },
  };
}

export function prompt({ root, promptVersion, promptFile }: AppSettings): Check {
  return {
    name: "prompt",
    look: async () => {
      loadPrompt(promptVersion, { root, file: promptFile });
      return ok(promptFile ?? `version ${promptVersion} of ${listPrompts(root).join(", ")}`);
    },
  };
}

export function database(url: string): Check {
  return {
    name: "database",
    look: async () => {
      const opened = await openDatabase(url);
      await opened.close();
      return ok(`${opened.dialect}, up to date`);
    },
  };
}
