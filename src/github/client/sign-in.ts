import { z } from "zod";

export type SignInOptions = {
  clientId: string;
  clientSecret: string;
  /** Base of GitHub's pages. */
  url: string;
  apiUrl: string;
};

type Asked = { state: string; challenge: string; redirect: string };
type Given = { code: string; verifier: string; redirect: string };

export type SignIn = {
  authorizeUrl(asked: Asked): string;
  loginOf(given: Given): Promise<string | null>;
};

const Token = z.object({ access_token: z.string().min(1) });
const Person = z.object({ login: z.string().min(1), type: z.literal("User") });

const PATIENCE_MS = 10_000;

/** GitHub vouches for who somebody is, and for nothing else: the token is taken back as soon as it has said that. */
export function createSignIn(options: SignInOptions): SignIn {
  const { clientId: client_id, url } = options;
  return {
    authorizeUrl({ state, challenge, redirect }) {
      const asked = { client_id, redirect_uri: redirect, state, code_challenge: challenge };
      const query = new URLSearchParams({ ...asked, code_challenge_method: "S256", allow_signup: "false" });
      return `${url}/login/oauth/authorize?${query}`;
    },
    async loginOf(given) {
      const token = await tokenFor(options, given);
      return token === null ? null : personOf(options, token);
    },
  };
}

async function tokenFor(
  { clientId, clientSecret, url }: SignInOptions,
  given: Given,
): Promise<string | null> {
  const { code, verifier, redirect } = given;
  const answer = await fetch(`${url}/login/oauth/access_token`, {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({
      ...{ client_id: clientId, client_secret: clientSecret, code },
      ...{ code_verifier: verifier, redirect_uri: redirect },
    }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return Token.safeParse(await answer.json()).data?.access_token ?? null;
}

async function personOf(options: SignInOptions, token: string): Promise<string | null> {
  try {
    const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
    const answer = await fetch(`${options.apiUrl}/user`, {
      headers,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return Person.safeParse(await answer.json()).data?.login ?? null;
  } finally {
    await giveUp(options, token);
  }
}

async function giveUp({ clientId, clientSecret, apiUrl }: SignInOptions, token: string): Promise<void> {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  await fetch(`${apiUrl}/applications/${clientId}/token`, {
    method: "DELETE",
    headers: { authorization: `Basic ${basic}`, accept: "application/vnd.github+json" },
    body: JSON.stringify({ access_token: token }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}
