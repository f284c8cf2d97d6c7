// Signing in with GitHub, as GitHub does it for an App: a page that asks who you are, a code that is good once, a token.
// Nobody has a password here; on the page one chooses who to be.

import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { hashOf } from "../actor.ts";
import { readBody } from "../http/read-body.ts";
import type { Hub } from "../hub.ts";
import { document, html } from "./html.ts";

type Grant = { login: string; redirect: string; challenge: string; until: number };

const GRANTS = new WeakMap<Hub, Map<string, Grant>>();
const TEN_MINUTES_MS = 600_000;

export async function serveSignIn(
  hub: Hub,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<void> {
  const isPost = request.method === "POST";
  if (url.pathname === "/login/oauth/authorize" && !isPost) return choosePerson(hub, url, response);
  const form = isPost ? new URLSearchParams(await readBody(request)) : new URLSearchParams();
  if (url.pathname === "/login/oauth/authorize") return leadBack(hub, form, response);
  if (url.pathname === "/login/oauth/access_token" && isPost) return giveToken(hub, form, response);
  response.writeHead(404).end();
}

function choosePerson(hub: Hub, url: URL, response: ServerResponse): void {
  const { client_id, ...asked } = Object.fromEntries(url.searchParams);
  if (client_id !== hub.app.clientId) return void response.writeHead(404).end();
  const kept = ["redirect_uri", "state", "code_challenge"].map(
    (name) => html`<input type="hidden" name="${name}" value="${asked[name] ?? ""}">`,
  );
  const people = [...hub.store.users.values()]
    .filter(({ type }) => type === "User")
    .map(({ login }) => html`<p><button name="login" value="${login}">Continue as ${login}</button></p>`);
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(document("Sign in", html`<h1>Sign in</h1><form method="post">${kept}${people}</form>`));
}

function leadBack(hub: Hub, form: URLSearchParams, response: ServerResponse): void {
  const redirect = form.get("redirect_uri") ?? "";
  const login = form.get("login") ?? "";
  if (!URL.canParse(redirect) || !hub.store.users.has(login.toLowerCase()))
    return void response.writeHead(422).end();
  const code = randomBytes(10).toString("hex");
  const grant = { login, redirect, challenge: form.get("code_challenge") ?? "" };
  grantsOf(hub).set(code, { ...grant, until: hub.now() + TEN_MINUTES_MS });
  const back = new URL(redirect);
  back.search = new URLSearchParams({ code, state: form.get("state") ?? "" }).toString();
  response.writeHead(302, { location: back.href }).end();
}

function giveToken(hub: Hub, form: URLSearchParams, response: ServerResponse): void {
  const answer = tokenFor(hub, form);
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(answer));
}

/** GitHub answers 200 whatever comes of it. */
function tokenFor(hub: Hub, form: URLSearchParams): Record<string, string> {
  if (form.get("client_id") !== hub.app.clientId || form.get("client_secret") !== hub.app.clientSecret)
    return { error: "incorrect_client_credentials" };
  const code = form.get("code") ?? "";
  const grant = grantsOf(hub).get(code);
  grantsOf(hub).delete(code);
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  if (grant === undefined || grant.until < hub.now() || grant.challenge !== challenge)
    return { error: "bad_verification_code" };
  if (form.get("redirect_uri") !== grant.redirect) return { error: "redirect_uri_mismatch" };
  const token = `ghu_${randomBytes(18).toString("hex")}`;
  hub.store.tokens.set(hashOf(token), { kind: "user", value: token, login: grant.login, scopes: [] });
  return { access_token: token, token_type: "bearer", scope: "" };
}

function grantsOf(hub: Hub): Map<string, Grant> {
  const known = GRANTS.get(hub) ?? new Map<string, Grant>();
  GRANTS.set(hub, known);
  return known;
}
