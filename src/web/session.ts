import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Database } from "../database/connect.ts";
import {
  endWebSession,
  findWebSession,
  insertWebSession,
  type WebSession,
} from "../database/web-sessions.ts";
import { cookieOf } from "./exchange.ts";

const HOURS_12 = 12 * 3_600_000;

export type SignedIn = WebSession & {
  /** Known to the browser's cookie alone. */
  readonly token: string;
  /** Stands in every form of the session's pages. */
  readonly formToken: string;
};

/** Sessions live in the database under their hash, so they survive a restart and hold in every app. */
export async function readSession(
  database: Database,
  request: IncomingMessage,
  isSecure: boolean,
): Promise<SignedIn | null> {
  const token = cookieOf(request, cookieName(isSecure));
  if (token === null || !/^[\w-]{43}$/.test(token)) return null;
  const session = await findWebSession(database, hashOf(token));
  return session && { ...session, token, formToken: formTokenOf(token) };
}

/** The cookie of a session that begins now. */
export async function beginSession(
  database: Database,
  session: WebSession,
  isSecure: boolean,
): Promise<string> {
  const token = newSecret();
  await insertWebSession(database, { ...session, tokenHash: hashOf(token), ttlMs: HOURS_12 });
  return sessionCookie(token, HOURS_12 / 1_000, isSecure);
}

/** The cookie that takes the session's place when it ends. */
export async function endSession({ knex }: Database, { token }: SignedIn, isSecure: boolean) {
  await endWebSession(knex, hashOf(token));
  return sessionCookie("", 0, isSecure);
}

export function isFormToken({ formToken }: SignedIn, given: string | null): boolean {
  return given !== null && isSame(formToken, given);
}

export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Compares hashes, which are of one length, in the same time whatever differs. */
export function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)));
}

function formTokenOf(token: string): string {
  return hashOf(`form:${token}`).slice(0, 43);
}

function cookieName(isSecure: boolean): string {
  return isSecure ? "__Host-agentpr" : "agentpr";
}

/** Lax: a link from GitHub to a run page finds its reader signed in; a form of another site does not. */
function sessionCookie(token: string, seconds: number, isSecure: boolean): string {
  const secure = isSecure ? "; Secure" : "";
  return `${cookieName(isSecure)}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}
