import { fileURLToPath } from "node:url";

const ASKPASS = fileURLToPath(new URL("./askpass.sh", import.meta.url));
const USER = "x-access-token";

/** What is wrong with this address for fetching and pushing, or null. */
export function remoteProblem(url: string): string | null {
  if (!URL.canParse(url)) return "it is not a URL";
  const { protocol, username, password } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return `${protocol} is not http or https`;
  return username || password ? "it carries credentials" : null;
}

/** The token lives in the environment of this one process; askpass.sh hands it to its own origin only. */
export function askpassEnvironment({
  url,
  token,
}: {
  url: string;
  token: string | null;
}): Record<string, string> {
  if (token === null) return { GIT_ASKPASS: "/bin/false" };
  const { protocol, host } = new URL(url);
  return {
    GIT_ASKPASS: ASKPASS,
    AGENTPR_GIT_ORIGIN: `${protocol}//${host}`,
    AGENTPR_GIT_USER_ORIGIN: `${protocol}//${USER}@${host}`,
    AGENTPR_GIT_TOKEN: token,
  };
}
