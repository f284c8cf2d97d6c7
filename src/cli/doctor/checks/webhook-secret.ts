import { type Context, type Finding, failure, ok, warning } from "../check.ts";

const SHORT = 16;

/** Without it nobody could tell GitHub's deliveries from anybody else's. */
export async function webhookSecret({ profile, app }: Context): Promise<Finding> {
  const { webhookSecret: secret, previousWebhookSecret: previous, appId } = app().github;
  if (secret === null)
    return profile === "webhook" || appId !== null
      ? failure("it is not set", "Set WEBHOOK_SECRET to the secret of the App")
      : ok("none is needed without an App");
  if (secret.length < SHORT)
    return warning(`it has fewer than ${SHORT} characters`, "Change it: openssl rand -hex 32");
  return ok(previous === null ? "it is set" : "it is set, and the one before it is accepted, too");
}
