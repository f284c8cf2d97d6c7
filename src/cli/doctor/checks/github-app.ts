import { readGitHubCredentials } from "../../../config/github-credentials.ts";
import { type Context, type Finding, ok, warning } from "../check.ts";

/** That there are credentials, and that they can be used; GitHub is not asked here. */
export async function githubApp({ app }: Context): Promise<Finding> {
  const settings = app();
  const credentials = readGitHubCredentials(settings);
  if (credentials !== null) return ok(`App ${credentials.appId}`);
  if (settings.github.token !== null) return ok("no App is registered; GitHub is polled with the token");
  return warning("no App is registered yet", "Run: agentpr app, and open its page; or fill in .env by hand");
}
