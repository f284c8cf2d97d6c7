import { createHash } from "node:crypto";
import { approveRunner, findRunner, type Runner } from "../database/runners.ts";
import { isSigned, sign } from "./sign.ts";
import type { World } from "./world.ts";

/** What a key is worth: only an enrolled one has anything sealed to it. */
export type KeyStanding = "enrolled" | "no_key" | "not_approved" | "changed";

type Enrolled = Pick<Runner, "id" | "publicKey" | "approvedKey" | "keyMac">;

/** Enrolment is under the app's signature, so that nobody enrols a key by writing to the database. */
export function keyStanding({ key }: Pick<World, "key">, runner: Enrolled): KeyStanding {
  const { id, publicKey, approvedKey, keyMac } = runner;
  if (publicKey === null) return "no_key";
  if (approvedKey === null) return "not_approved";
  if (approvedKey !== publicKey) return "changed";
  return key !== null && isSigned(key, "runner", [id, publicKey], keyMac) ? "enrolled" : "not_approved";
}

/** Approves a runner and the key that it has now; null when there is none of that name, or its key changed meanwhile. */
export async function enrolRunner(
  { database: { knex }, key }: Pick<World, "database" | "key">,
  id: string,
): Promise<Runner | null> {
  const runner = await findRunner(knex, id);
  if (runner === null) return null;
  const { publicKey } = runner;
  const enrolled =
    key === null || publicKey === null ? undefined : { publicKey, mac: sign(key, "runner", [id, publicKey]) };
  return (await approveRunner(knex, id, enrolled)) ? findRunner(knex, id) : null;
}

/** What a person compares: the runner prints the same at its start. */
export function fingerprintOf(publicKey: string): string {
  const hash = createHash("sha256").update(Buffer.from(publicKey, "base64url")).digest("base64");
  return `SHA256:${hash.replace(/=+$/, "")}`;
}
