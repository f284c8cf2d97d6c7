import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { AppIdentity } from "./hub.ts";

type KeyPair = ReturnType<typeof makeKeyPair>;
/** One for all apps of this process: a pair takes a tenth of a second to make. */
let keyPair: KeyPair | null = null;

/** A fresh app with a webhook secret of its own, as the manifest flow would have made it. */
export function createApp(now: number): AppIdentity {
  keyPair ??= makeKeyPair();
  const { publicKey, privateKey } = keyPair;
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

function makeKeyPair() {
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}
