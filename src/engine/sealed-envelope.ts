import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from "node:crypto";

/**
 * A secret for one reader and one occasion: an ephemeral X25519 key is agreed with the reader's, HKDF-SHA-256 makes of it a
 * key and a nonce that are used once, AES-256-GCM seals. The occasion goes into both, so an envelope opens nowhere else.
 */
export type Occasion = {
  readonly jobId: number;
  /** The fence: another claim of the same job is another occasion. */
  readonly claimId: number;
  readonly runId: string;
  readonly runner: string;
  readonly repositoryId: number;
  readonly installationId: number;
};

export type ReaderKey = {
  /** The 32 bytes of the public half, base64url. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
};

const VERSION = "agentpr.sealed.v1";
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

export function newReaderKey(): ReaderKey {
  return readerKey(generateKeyPairSync("x25519").privateKey);
}

/** The same key from where it was kept; throws when it is no X25519 key. */
export function readReaderKey(pem: string): ReaderKey {
  return readerKey(createPrivateKey(pem));
}

export function seal(publicKey: string, occasion: Occasion, secret: string): string {
  const sender = generateKeyPairSync("x25519");
  const sent = rawPublic(sender.publicKey);
  const about = aboutOf(occasion, sent, publicKey);
  const agreed = diffieHellman({ privateKey: sender.privateKey, publicKey: publicFrom(publicKey) });
  const { key, nonce } = derive(agreed, about);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(about);
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return [VERSION, sent, sealed.toString("base64url")].join(":");
}

/** The secret, or null when the envelope is for another reader or occasion, or was changed. */
export function unseal(reader: ReaderKey, occasion: Occasion, envelope: string): string | null {
  const [version, sent = "", body = ""] = envelope.split(":");
  if (version !== VERSION) return null;
  try {
    return decrypt(reader, occasion, { sent, sealed: Buffer.from(body, "base64url") });
  } catch {
    return null; // by the type: whatever does not open was not sealed for this
  }
}

type Parts = { sent: string; sealed: Buffer };

function decrypt({ privateKey, publicKey }: ReaderKey, occasion: Occasion, { sent, sealed }: Parts): string {
  const about = aboutOf(occasion, sent, publicKey);
  const { key, nonce } = derive(diffieHellman({ privateKey, publicKey: publicFrom(sent) }), about);
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(about).setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]).toString("utf8");
}

function derive(agreed: Buffer, about: Buffer) {
  const bytes = Buffer.from(hkdfSync("sha256", agreed, Buffer.alloc(0), about, KEY_BYTES + NONCE_BYTES));
  return { key: bytes.subarray(0, KEY_BYTES), nonce: bytes.subarray(KEY_BYTES) };
}

/** Everything that both sides must agree on, in one fixed form. */
function aboutOf(occasion: Occasion, sent: string, reader: string): Buffer {
  const { jobId, claimId, runId, runner, repositoryId, installationId } = occasion;
  const parts = [VERSION, sent, reader, jobId, claimId, runId, runner, repositoryId, installationId];
  return Buffer.from(JSON.stringify(parts), "utf8");
}

function readerKey(privateKey: KeyObject): ReaderKey {
  if (privateKey.asymmetricKeyType !== "x25519") throw new TypeError("not an X25519 key");
  return { privateKey, publicKey: rawPublic(createPublicKey(privateKey)) };
}

function rawPublic(key: KeyObject): string {
  return key.export({ format: "jwk" }).x ?? "";
}

function publicFrom(x: string): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
}
