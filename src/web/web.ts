// web: what the app shows in a browser, and what it tells monitoring. Pages are put together by small pure functions from
// what is in the database; whoever looks sees what GitHub says they may see, and actions go the way of all front ends.
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { ActionContext } from "../actions/action.ts";
import type { Run } from "../core/run.ts";
import { findRun } from "../database/runs.ts";
import { createAuthority, type People } from "./authority.ts";
import { diffPage } from "./diff-page.ts";
import { type Answer, type PageHandler, send } from "./exchange.ts";
import { homePage } from "./home-page.ts";
import { messagePage } from "./layout.ts";
import { liveTail } from "./live-tail.ts";
import { runAction } from "./run-actions.ts";
import { runPage } from "./run-page.ts";
import { runnersPage } from "./runners-page.ts";
import { readSession, type SignedIn } from "./session.ts";
import {
  leaveForGitHub,
  linkPage,
  returnFromGitHub,
  type SignInPort,
  signInPage,
  signOut,
  useLink,
} from "./sign-in.ts";
import type { Site } from "./site.ts";

export type WebOptions = {
  actions: ActionContext;
  people: People | null;
  signIn: SignInPort | null;
  patchOf: Site["patchOf"];
  /** Where people reach the pages, without a slash at the end. */
  publicUrl: string;
  githubUrl: string;
};

export type Web = { handle: PageHandler; close(): void };

/** The pages, as one handler of a server; what goes on in them ends with `close`. */
export function createWeb({ actions, people, ...options }: WebOptions): Web {
  const { database, log } = actions.world;
  const closing = new AbortController();
  const site: Site = {
    ...{ ...options, database, actions, closing: closing.signal, tails: { open: 0 } },
    authority: createAuthority({ database, people, now: Date.now }),
    isSecure: options.publicUrl.startsWith("https:"),
  };
  return {
    close: () => closing.abort(),
    handle: async (request, response) => {
      const url = new URL(request.url ?? "/", "http://pages.invalid");
      const answer = await answerTo(site, request, url).catch((error: unknown): Answer => {
        log.error({ err: error, path: url.pathname }, "page failed");
        return said(503, "Not now", "Something that this page needs did not answer. Try again in a moment.");
      });
      if (answer === null) return false;
      try {
        await send(response, answer, site);
      } catch (error) {
        // Half of the answer may be out already; a server that is told would try to answer once more.
        log.warn({ err: error, path: url.pathname }, "answer cut off");
        response.destroy();
      }
      return true;
    },
  };
}

type Asked = { site: Site; request: IncomingMessage; url: URL; id: string };
type Open = (asked: Asked) => Answer | Promise<Answer>;
type Private = (asked: Asked, who: SignedIn) => Answer | Promise<Answer>;

/** For everybody: what it takes to sign in. */
const OPEN: Readonly<Record<string, Open>> = {
  "GET /assets/pages.css": () => asset("pages.css", "text/css"),
  "GET /assets/tail.js": () => asset("tail.js", "text/javascript"),
  "GET /assets/icon.svg": () => asset("icon.svg", "image/svg+xml"),
  "GET /sign-in": ({ site, url }) => signInPage(site, url),
  "GET /sign-in/github": ({ site, url }) => leaveForGitHub(site, url),
  "GET /sign-in/github/callback": ({ site, request, url }) => returnFromGitHub(site, request, url),
  "GET /sign-in/link": ({ site, url }) => linkPage(site, url),
  "POST /sign-in/link": ({ site, request }) => useLink(site, request),
};

/** For whoever is signed in. */
const PRIVATE: Readonly<Record<string, Private>> = {
  "GET /": ({ site }, who) => homePage(site, who),
  "GET /runners": ({ site }, who) => runnersPage(site, who),
  "POST /sign-out": ({ site, request }, who) => signOut(site, request, who),
  "GET /runs/:id": (asked, who) => ofRun(asked, who, (run) => runPage(asked.site, who, run)),
  "GET /runs/:id/diff": (asked, who) => ofRun(asked, who, (run) => diffPage(asked.site, who, run)),
  "GET /runs/:id/events": (asked, who) =>
    ofRun(asked, who, (run) => liveTail(asked.site, run, afterOf(asked))),
  "POST /runs/:id/actions": (asked, who) =>
    ofRun(asked, who, (run) => runAction(asked.site, asked.request, who, run)),
};

/** Null when the address is none of ours. */
async function answerTo(site: Site, request: IncomingMessage, url: URL): Promise<Answer | null> {
  const [, id = ""] = /^\/runs\/([\w-]{1,80})(?:\/|$)/.exec(url.pathname) ?? [];
  const path = id === "" ? url.pathname : url.pathname.replace(`/runs/${id}`, "/runs/:id");
  const name = `${request.method === "HEAD" ? "GET" : request.method} ${path}`;
  const asked = { site, request, url, id };
  const open = Object.hasOwn(OPEN, name) ? OPEN[name] : undefined;
  if (open !== undefined) return open(asked);
  const page = Object.hasOwn(PRIVATE, name) ? PRIVATE[name] : undefined;
  if (page === undefined) return null;
  const who = await readSession(site.database, request, site.isSecure);
  return who === null ? toSignIn(request, url) : page(asked, who);
}

/** A run that may not be seen is not there. */
async function ofRun(
  { site, id }: Asked,
  who: SignedIn,
  then: (run: Run) => Answer | Promise<Answer>,
): Promise<Answer> {
  const run = await findRun(site.database.knex, id);
  return run !== null && (await site.authority.maySee(who, run))
    ? then(run)
    : said(404, "Not here", "There is no such run, or you have no say in its repository.");
}

/** The browser tells what it has seen when it comes again. */
function afterOf({ request, url }: Asked): number {
  const after = Number(request.headers["last-event-id"] ?? url.searchParams.get("after"));
  return Number.isSafeInteger(after) ? after : 0;
}

function toSignIn({ method }: IncomingMessage, url: URL): Answer {
  if (method !== "GET" && method !== "HEAD") return said(401, "Not signed in", "Sign in, then try again.");
  return { kind: "to", address: `/sign-in?to=${encodeURIComponent(url.pathname)}` };
}

function said(status: number, title: string, text: string): Answer {
  return { kind: "page", status, page: messagePage(title, text, "/", null) };
}

const ASSETS = new Map<string, string>();

/** Read once; they change with the program only. */
function asset(name: string, type: string): Answer {
  const text = ASSETS.get(name) ?? readFileSync(`${import.meta.dirname}/assets/${name}`, "utf8");
  ASSETS.set(name, text);
  return { kind: "file", type: `${type}; charset=utf-8`, text };
}
