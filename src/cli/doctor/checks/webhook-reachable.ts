import { z } from "zod";
import { messageOf } from "../../../core/problem.ts";
import { GitHubError } from "../../../github/client/github-error.ts";
import { type Context, type Finding, failure, ok, warning } from "../check.ts";
import { clientOf } from "./ask-as-app.ts";

const Hook = z.object({ url: z.string().optional() });
const SEE = "Look at the proxy or tunnel (deploy/nginx, deploy/caddy, deploy/cloudflare)";

/** Asks the address that GitHub sends to, from here. */
export async function webhookReachable({ app }: Context, signal: AbortSignal): Promise<Finding> {
  const settings = app();
  const client = clientOf(settings);
  if (client === null) return ok("no App is registered, so nothing is sent");
  if (settings.github.webhookProxyUrl !== null) return ok("by way of WEBHOOK_PROXY_URL");
  try {
    const { url } = Hook.parse((await client.app.request("GET /app/hook/config")).data);
    if (!url) return failure("the App has no webhook address", "Enter one on the App's page on GitHub");
    return await askThere(url, signal);
  } catch (error) {
    if (error instanceof GitHubError)
      return warning(error.message, "Look again when GitHub answers: agentpr doctor");
    throw error;
  }
}

/** Our webhook path answers a look with 405 (the app) or 200 (the intake alone). */
async function askThere(url: string, signal: AbortSignal): Promise<Finding> {
  try {
    const { status } = await fetch(url, { signal, redirect: "manual" });
    if (status === 405 || status === 200) return ok(url);
    const down = status === 502 || status === 503 || status === 504;
    return warning(
      `${url} answers ${status}`,
      down ? `Start the app: agentpr app. ${SEE}` : `${SEE}: the path must reach the app as it is`,
    );
  } catch (error) {
    return warning(`${url} does not answer: ${messageOf(error)}`, `Start the app: agentpr app. ${SEE}`);
  }
}
