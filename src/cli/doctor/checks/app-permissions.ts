import { z } from "zod";
import { GitHubError } from "../../../github/client/github-error.ts";
import { neededPermissions } from "../../../github/client/permissions.ts";
import { EVENTS } from "../../../github/facts/events.ts";
import { type Context, type Finding, failure, ok, warning } from "../check.ts";
import { clientOf } from "./ask-as-app.ts";

const App = z.object({
  slug: z.string().optional(),
  permissions: z.record(z.string(), z.string().optional()),
  events: z.array(z.string()),
});

/** What GitHub says that the App may do, beside what app.yml asks for. */
export async function appPermissions({ app }: Context): Promise<Finding> {
  const client = clientOf(app());
  if (client === null) return ok("no App is registered");
  try {
    const { data } = await client.app.request("GET /app");
    return compare(App.parse(data));
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    return error.kind === "unauthorised" || error.kind === "not_found"
      ? failure(
          "GitHub does not accept the App's credentials",
          "Set APP_ID and PRIVATE_KEY to those of the App's page on GitHub",
        )
      : warning(error.message, "Look again when GitHub answers: agentpr doctor");
  }
}

function compare({ slug, permissions, events }: z.infer<typeof App>): Finding {
  const lacking = Object.entries(neededPermissions())
    .filter(([name, level]) => !isEnough(permissions[name], level))
    .map(([name, level]) => `${name}: ${level}`);
  const unheard = Object.entries(EVENTS)
    .filter(([name, { subscribed }]) => subscribed && !events.includes(name))
    .map(([name]) => name);
  if (lacking.length > 0)
    return failure(
      `the App lacks ${lacking.join(", ")}`,
      "Grant them under Permissions on the App's page, as app.yml has them; then accept them where it is installed",
    );
  return unheard.length === 0
    ? ok(`${slug ?? "the App"} has what app.yml asks for`)
    : warning(
        `GitHub does not tell of ${unheard.join(", ")}`,
        "Subscribe to them under Permissions & events on the App's page",
      );
}

function isEnough(granted: string | undefined, needed: string): boolean {
  return granted === needed || granted === "write" || granted === "admin";
}
