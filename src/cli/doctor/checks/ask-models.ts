import { type Finding, failure, ok, warning } from "../check.ts";
import { ask } from "./ask.ts";

export type Endpoint = {
  baseUrl: string;
  key: string;
  /** Where the key came from; the key itself is never shown. */
  keyEnv: string;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  required: boolean;
};

/** Asks for the list of models, which costs nothing and is refused to a wrong key. */
export async function askModels(endpoint: Endpoint, signal: AbortSignal): Promise<Finding> {
  const { baseUrl, key, keyEnv, headers = {}, query = {}, required } = endpoint;
  const address = new URL(`${baseUrl.replace(/\/+$/, "")}/models`);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const answer = await ask(address.href, { signal, headers: { authorization: `Bearer ${key}`, ...headers } });
  const host = address.host;
  if (!answer.ok)
    return (required ? failure : warning)(
      `${host} does not answer: ${answer.why}`,
      "Look at the address, and at this machine's way to it",
    );
  if (answer.status === 401 || answer.status === 403)
    return failure(`${host} does not accept the key from ${keyEnv}`, `Correct ${keyEnv}`);
  // Some endpoints have no list of models; that they answer without minding the key is as much as can be known.
  return answer.status < 500
    ? ok(`${host} answers`)
    : warning(`${host} answers ${answer.status}`, "Look again later: agentpr doctor");
}
