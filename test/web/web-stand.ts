// The run pages over real HTTP, on a real database and the local GitHub's people and roles.

import { insertWebLink } from "../../src/database/web-sessions.ts";
import { startPagesServer } from "../../src/github/app/pages-server.ts";
import type { RunningServer } from "../../src/github/app/server.ts";
import { createSignIn } from "../../src/github/client/sign-in.ts";
import { hashOf, newSecret } from "../../src/web/session.ts";
import { createWeb } from "../../src/web/web.ts";
import { type ReceiveStand, raiseReceiveStand } from "../support/receive-stand.ts";

export type WebStand = ReceiveStand & {
  url: string;
  /** A browser with nothing in it. */
  browser(): Browser;
  /** One that came by a link of the command line. */
  operator(): Promise<Browser>;
  /** One that signed in with GitHub. */
  person(login: string): Promise<Browser>;
};

/** The branch of a run whose change is too long for a page. */
export const LONG_BRANCH = "agentpr/long";
const LONG_PATCH = [
  "diff --git a/a.ts b/a.ts",
  "+const wide = '<script>';",
  "-gone",
  ...Array.from({ length: 10_000 }, (_, index) => `+line ${index} <&>`),
].join("\n");

export async function raiseWebStand(): Promise<WebStand> {
  const stand = await raiseReceiveStand();
  const { github, context, database } = stand;
  const { clientId, clientSecret } = github.app;
  let server: RunningServer | null = null;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const web = createWeb({
    actions: context.actions,
    people: {
      roleOf: (repository, login) => context.github.roleOf(repository, login),
      findControl: async () => {
        const found = await context.github.findRepository({ owner: "octo", repo: "control" });
        return found?.installationId ? { ...found, installationId: found.installationId } : null;
      },
    },
    signIn: createSignIn({ clientId, clientSecret, url: github.url, apiUrl: github.apiUrl }),
    patchOf: async ({ branch }) => (branch === LONG_BRANCH ? LONG_PATCH : null),
    publicUrl: url,
    githubUrl: github.url,
  });
  server = await startPagesServer({ database, host: "127.0.0.1", port, pages: [web.handle] });
  const browser = () => createBrowser(url);
  return {
    ...stand,
    url,
    browser,
    operator: async () => {
      const opened = browser();
      const token = newSecret();
      await insertWebLink(database, { madeBy: "fred", tokenHash: hashOf(token), ttlMs: 60_000 });
      await opened.post("/sign-in/link", { token });
      return opened;
    },
    person: async (login) => {
      const opened = browser();
      const { location } = await opened.get("/sign-in/github");
      const asked = new URL(location);
      const answer = await fetch(`${github.url}/login/oauth/authorize`, {
        method: "POST",
        body: new URLSearchParams({ ...Object.fromEntries(asked.searchParams), login }),
        redirect: "manual",
      });
      await opened.get((answer.headers.get("location") ?? "").slice(url.length));
      return opened;
    },
    stop: async () => {
      web.close();
      await server?.close();
      await stand.stop();
    },
  };
}

export type Page = { status: number; text: string; location: string; headers: Headers };
export type Browser = {
  cookies: Map<string, string>;
  get(path: string, more?: Record<string, string>): Promise<Page>;
  post(path: string, form: Record<string, string>, more?: Record<string, string>): Promise<Page>;
  /** Sends the form of the page at `path` whose button stands for `action`. */
  press(path: string, action: string, more?: Record<string, string>): Promise<Page>;
};

/** Keeps cookies, follows nothing. */
function createBrowser(url: string): Browser {
  const cookies = new Map<string, string>();
  async function ask(path: string, init: RequestInit): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === "" ? {} : { cookie }) };
    const answer = await fetch(`${url}${path}`, { ...init, headers, redirect: "manual" });
    for (const set of answer.headers.getSetCookie()) keep(cookies, set);
    const location = answer.headers.get("location") ?? "";
    return { status: answer.status, text: await answer.text(), location, headers: answer.headers };
  }
  const get: Browser["get"] = (path, more = {}) => ask(path, { headers: more });
  const post: Browser["post"] = (path, form, more = {}) =>
    ask(path, { method: "POST", body: new URLSearchParams(form), headers: { origin: url, ...more } });
  return {
    cookies,
    get,
    post,
    press: async (path, action, more = {}) =>
      post(`${path}/actions`, { ...formOf((await get(path)).text, action), ...more, action }),
  };
}

/** The hidden fields of the form with that button. */
export function formOf(page: string, action: string): Record<string, string> {
  const form = page.split("<form").find((part) => part.includes(`value="${action}"`)) ?? "";
  const fields = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return Object.fromEntries([...fields].map(([, name = "", value = ""]) => [name, value]));
}

function keep(cookies: Map<string, string>, set: string): void {
  const [pair = "", ...attributes] = set.split("; ");
  const at = pair.indexOf("=");
  if (attributes.includes("Max-Age=0")) cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), pair.slice(at + 1));
}

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return address !== null && typeof address === "object" ? address.port : 0;
}
