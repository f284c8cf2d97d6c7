import { createHash, createVerify } from "node:crypto";
import { z } from "zod";
import { Refusal } from "./http/reply.ts";
import { botLogin, type Hub } from "./hub.ts";
import type { Permissions, Token, User } from "./store/identity.ts";

/** Who is asking, once the Authorization header was believed. */
export type Actor =
  | { kind: "anonymous" }
  | { kind: "app" }
  | {
      kind: "installation";
      token: string;
      installationId: number;
      repositoryIds: readonly number[] | "all";
      permissions: Permissions;
      user: User;
    }
  | { kind: "user"; user: User; scopes: readonly string[] | "fine-grained" };

const Header = z.object({ alg: z.literal("RS256"), typ: z.string().optional() });
const Claims = z.object({ iat: z.number(), exp: z.number(), iss: z.union([z.string(), z.number()]) });

const LONGEST_JWT_S = 600;
const CLOCK_SKEW_S = 60;

/** The actor behind `Authorization: Bearer|token …`; git's Basic auth goes through actorOfToken. */
export function actorOf(hub: Hub, authorization: string | undefined): Actor {
  if (authorization === undefined || authorization === "") return { kind: "anonymous" };
  const [scheme = "", credential = ""] = authorization.split(/ +/, 2);
  if (scheme.toLowerCase() === "basic")
    return isAppItself(hub, credential) ? { kind: "app" } : actorOfToken(hub, passwordOf(credential));
  if (!/^(bearer|token)$/i.test(scheme)) throw badCredentials();
  return credential.split(".").length === 3 && credential.startsWith("ey")
    ? verifiedApp(hub, credential)
    : actorOfToken(hub, credential);
}

/** The App's client id and secret, with which it takes back what people let it have. */
function isAppItself({ app }: Hub, basic: string): boolean {
  return Buffer.from(basic, "base64").toString("utf8") === `${app.clientId}:${app.clientSecret}`;
}

export function passwordOf(basic: string): string {
  const text = Buffer.from(basic, "base64").toString("utf8");
  const [user = "", password = ""] = [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)];
  return password === "" || password === "x-oauth-basic" ? user : password;
}

export function actorOfToken(hub: Hub, value: string): Actor {
  const token = hub.store.tokens.get(hashOf(value));
  if (!token) throw badCredentials();
  return token.kind === "user" ? userActor(hub, token) : installationActor(hub, token);
}

/** Tokens are looked up by hash, so a timing of the lookup tells nothing. */
export function hashOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

function userActor(hub: Hub, token: Token & { kind: "user" }): Actor {
  const user = hub.store.users.get(token.login.toLowerCase());
  if (!user) throw badCredentials();
  return { kind: "user", user, scopes: token.scopes };
}

function installationActor(hub: Hub, token: Token & { kind: "installation" }): Actor {
  const user = hub.store.users.get(botLogin(hub).toLowerCase());
  if (!user || token.expiresAt <= hub.now() || !hub.store.installations.has(token.installationId))
    throw badCredentials();
  if (hub.store.installations.get(token.installationId)?.suspendedAt) throw suspended();
  const { installationId, repositoryIds, permissions } = token;
  return { kind: "installation", token: token.value, installationId, repositoryIds, permissions, user };
}

function verifiedApp(hub: Hub, jwt: string): Actor {
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const verify = createVerify("RSA-SHA256").update(`${header}.${payload}`);
  if (
    !Header.safeParse(decoded(header)).success ||
    !verify.verify(hub.app.publicKey, signature, "base64url")
  ) {
    throw new Refusal(401, "A JSON web token could not be decoded");
  }
  const claims = Claims.safeParse(decoded(payload));
  if (!claims.success) throw new Refusal(401, "A JSON web token could not be decoded");
  checkClaims(hub, claims.data);
  return { kind: "app" };
}

function checkClaims(hub: Hub, claims: z.infer<typeof Claims>): void {
  const now = hub.now() / 1000;
  if (String(claims.iss) !== String(hub.app.id))
    throw new Refusal(401, "'Issuer' claim ('iss') must be the App ID");
  if (claims.exp <= now)
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (
    claims.exp > now + LONGEST_JWT_S + CLOCK_SKEW_S ||
    claims.exp - claims.iat > LONGEST_JWT_S + CLOCK_SKEW_S
  ) {
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  if (claims.iat > now + CLOCK_SKEW_S)
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch (error) {
    throw new Refusal(401, `A JSON web token could not be decoded: ${String(error)}`);
  }
}

export function suspended(): Refusal {
  return new Refusal(403, "This installation has been suspended");
}

function badCredentials(): Refusal {
  return new Refusal(401, "Bad credentials");
}
