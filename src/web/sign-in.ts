import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { useWebLink } from "../database/web-sessions.ts";
import { type Answer, cookieOf, isOwnPost, readForm } from "./exchange.ts";
import { html } from "./html.ts";
import { messagePage, page } from "./layout.ts";
import {
  beginSession,
  endSession,
  hashOf,
  isFormToken,
  isSame,
  newSecret,
  type SignedIn,
} from "./session.ts";
import type { Site } from "./site.ts";

/** GitHub's own sign-in, as the registered App. */
export type SignInPort = {
  authorizeUrl(asked: { state: string; challenge: string; redirect: string }): string;
  /** Who came back with that code; null when GitHub does not know it. The token is given up at once. */
  loginOf(given: { code: string; verifier: string; redirect: string }): Promise<string | null>;
};

const CALLBACK = "/sign-in/github/callback";
const TEN_MINUTES_S = 600;

export function signInPage(site: Site, url: URL): Answer {
  const to = placeOf(url.searchParams.get("to"));
  const github = html`<p><a class="button" href="/sign-in/github?to=${encodeURIComponent(to)}">Sign in with GitHub</a></p>
    <p>You see the runs of repositories where you have the role triage or above, and may do what your role lets you do there.</p>`;
  const main = html`${site.signIn === null ? null : github}
    <p>Whoever has the machine makes a link that signs in once: <code>agentpr web-token</code></p>`;
  return { kind: "page", status: 200, page: page({ title: "Sign in", who: null, main }) };
}

/** The way to GitHub; what has to come back with the answer waits in a cookie that only this browser has. */
export function leaveForGitHub(site: Site, url: URL): Answer {
  if (site.signIn === null) return nothingThere();
  const [state, verifier] = [newSecret(), newSecret()];
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const kept = [state, verifier, Buffer.from(placeOf(url.searchParams.get("to"))).toString("base64url")];
  return {
    kind: "to",
    address: site.signIn.authorizeUrl({ state, challenge, redirect: redirectOf(site) }),
    headers: { "set-cookie": waitingCookie(kept.join("."), TEN_MINUTES_S, site.isSecure) },
  };
}

const Returned = z.object({ code: z.string().min(1).max(200), state: z.string().min(1).max(200) });

export async function returnFromGitHub(site: Site, request: IncomingMessage, url: URL): Promise<Answer> {
  const [state, verifier, place] = (cookieOf(request, waitingName(site.isSecure)) ?? "").split(".");
  const given = Returned.safeParse(Object.fromEntries(url.searchParams));
  if (site.signIn === null || !given.success || !state || !verifier || !isSame(given.data.state, state))
    return refusal("This sign-in was not begun in this browser, or too long ago.");
  const { code } = given.data;
  const login = await site.signIn.loginOf({ code, verifier, redirect: redirectOf(site) });
  if (login === null) return refusal("GitHub did not say who you are.");
  const session = await beginSession(site.database, { kind: "github", login }, site.isSecure);
  const to = placeOf(Buffer.from(place ?? "", "base64url").toString());
  const cookies = [session, waitingCookie("", 0, site.isSecure)];
  return { kind: "to", address: to, headers: { "set-cookie": cookies } };
}

/** A link is used up by a button, not by looking at it: programs that preview links look, too. */
export function linkPage(_site: Site, url: URL): Answer {
  const main = html`<form method="post" action="/sign-in/link">
    <input type="hidden" name="token" value="${url.searchParams.get("token")}">
    <p>This link signs in once, as whoever made it on the command line.</p>
    <button>Sign in</button></form>`;
  return { kind: "page", status: 200, page: page({ title: "Sign in", who: null, main }) };
}

export async function useLink(site: Site, request: IncomingMessage): Promise<Answer> {
  const form = isOwnPost(request, site.publicUrl) ? await readForm(request) : null;
  const token = form?.get("token") ?? "";
  const login = token === "" ? null : await useWebLink(site.database, hashOf(token));
  if (login === null) return refusal("This link was used already, or its time is over.");
  const cookie = await beginSession(site.database, { kind: "operator", login }, site.isSecure);
  return { kind: "to", address: "/", headers: { "set-cookie": cookie } };
}

export async function signOut(site: Site, request: IncomingMessage, who: SignedIn): Promise<Answer> {
  const form = isOwnPost(request, site.publicUrl) ? await readForm(request) : null;
  if (form === null || !isFormToken(who, form.get("form"))) return refusal("This form was not one of ours.");
  const cookie = await endSession(site.database, who, site.isSecure);
  return { kind: "to", address: "/sign-in", headers: { "set-cookie": cookie } };
}

/** Only our own pages are ever led to. */
export function placeOf(text: string | null): string {
  return text !== null && /^\/(?:runners|runs\/[\w-]{1,80})?$/.test(text) ? text : "/";
}

function refusal(text: string): Answer {
  return { kind: "page", status: 403, page: messagePage("Not signed in", text, "/sign-in", null) };
}

function nothingThere(): Answer {
  return { kind: "page", status: 404, page: messagePage("Not here", "There is no such page.", "/", null) };
}

function redirectOf({ publicUrl }: Site): string {
  return `${publicUrl}${CALLBACK}`;
}

function waitingName(isSecure: boolean): string {
  return isSecure ? "__Secure-agentpr-way" : "agentpr-way";
}

function waitingCookie(value: string, seconds: number, isSecure: boolean): string {
  const secure = isSecure ? "; Secure" : "";
  return `${waitingName(isSecure)}=${value}; Path=/sign-in; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}
