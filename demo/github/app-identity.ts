import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { AppIdentity } from "./hub.ts";

/** A fresh app with its own key and webhook secret, as the manifest flow would have made it. */
export function createApp(now: number): AppIdentity {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    id: 424242,
    clientId: "Iv1.424242",
    clientSecret: randomBytes(20).toString("hex"),
    slug: "agentpr",
    name: "agentpr",
    owner: "agentpr-owner",
    privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    publicKey,
    webhookSecret: randomBytes(20).toString("hex"),
    createdAt: new Date(now).toISOString().replace(/\.\d{3}Z$/, "Z"),
  };
}
