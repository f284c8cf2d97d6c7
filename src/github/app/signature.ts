import { createHmac, timingSafeEqual } from "node:crypto";

/** Whether one of the secrets made this signature of the raw bytes. Every secret is tried, in constant time each. */
export function isSignedBy(secrets: readonly string[], body: Buffer, signature: string | undefined): boolean {
  const [, hex] = /^sha256=([0-9a-f]{64})$/.exec(signature ?? "") ?? [];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, "hex");
  const fits = secrets
    .filter((secret) => secret !== "")
    .map((secret) => timingSafeEqual(given, createHmac("sha256", secret).update(body).digest()));
  return fits.includes(true);
}
