import { randomBytes } from "node:crypto";
import { hashOf } from "./actor.ts";
import { type Hub, timestamp } from "./hub.ts";
import type { User } from "./store/identity.ts";

export type UserOptions = {
  type?: User["type"];
  /** Scopes of the classic token (default repo and workflow), or a token of the other kind. */
  scopes?: readonly string[] | "fine-grained";
};

export type NewUser = { login: string; id: number; token: string };

/** Makes the person if they are new, and a classic token that acts as them. */
export function addUser(hub: Hub, login: string, options: UserOptions): NewUser {
  const user = hub.store.users.get(login.toLowerCase()) ?? createUser(hub, login, options.type ?? "User");
  const scopes = options.scopes ?? ["repo", "workflow"];
  const kind = scopes === "fine-grained" ? "github_pat" : "ghp";
  const token = `${kind}_${randomBytes(18).toString("hex")}`;
  hub.store.tokens.set(hashOf(token), { kind: "user", value: token, login: user.login, scopes });
  return { login: user.login, id: user.id, token };
}

function createUser(hub: Hub, login: string, type: User["type"]): User {
  const user: User = { id: hub.nextId(), login, type, createdAt: timestamp(hub) };
  hub.store.users.set(login.toLowerCase(), user);
  return user;
}
