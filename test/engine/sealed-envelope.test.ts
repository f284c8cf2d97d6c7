import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "@jest/globals";
import {
  newReaderKey,
  type Occasion,
  readReaderKey,
  seal,
  unseal,
} from "../../src/engine/sealed-envelope.ts";

const OCCASION: Occasion = {
  ...{ jobId: 7, claimId: 2, runId: "run_1", runner: "box-1" },
  ...{ repositoryId: 42, installationId: 9 },
};
const SECRET = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

test("what is sealed opens for its reader on its occasion, and shows nothing of itself", () => {
  const reader = newReaderKey();

  const envelope = seal(reader.publicKey, OCCASION, SECRET);

  expect(unseal(reader, OCCASION, envelope)).toBe(SECRET);
  expect(envelope).not.toContain(SECRET);
  expect(Buffer.from(envelope.split(":").at(-1) ?? "", "base64url").toString("latin1")).not.toContain("ghs_");
});

test("sealed twice, the same secret looks different, for every envelope has a key of its own", () => {
  const { publicKey } = newReaderKey();

  expect(seal(publicKey, OCCASION, SECRET)).not.toBe(seal(publicKey, OCCASION, SECRET));
});

test("another runner's key opens nothing", () => {
  const envelope = seal(newReaderKey().publicKey, OCCASION, SECRET);

  expect(unseal(newReaderKey(), OCCASION, envelope)).toBeNull();
});

test.each<[string, Partial<Occasion>]>([
  ["job", { jobId: 8 }],
  ["claim of the same job", { claimId: 3 }],
  ["run", { runId: "run_2" }],
  ["runner's name", { runner: "box-2" }],
  ["repository", { repositoryId: 43 }],
  ["installation", { installationId: 10 }],
])("replayed for another %s, an envelope does not open", (_what, other) => {
  const reader = newReaderKey();
  const envelope = seal(reader.publicKey, OCCASION, SECRET);

  expect(unseal(reader, { ...OCCASION, ...other }, envelope)).toBeNull();
});

test("an envelope of which any part was changed does not open", () => {
  const reader = newReaderKey();
  const [version = "", sent = "", body = ""] = seal(reader.publicKey, OCCASION, SECRET).split(":");
  const flipped = Buffer.from(body, "base64url");
  flipped[0] = (flipped[0] ?? 0) ^ 1;
  const other = seal(reader.publicKey, OCCASION, SECRET).split(":")[1] ?? "";
  const changed = [
    ...["", "nonsense", `${version}:${sent}:`, `${version}::${body}`, `v0:${sent}:${body}`],
    ...[`${version}:${sent}:${flipped.toString("base64url")}`, `${version}:${other}:${body}`],
    // A point of low order: what would be agreed on is known to everybody.
    `${version}:${Buffer.alloc(32).toString("base64url")}:${body}`,
  ];

  expect(changed.map((envelope) => unseal(reader, OCCASION, envelope))).toEqual(changed.map(() => null));
});

test("a reader's key survives being kept, and no other kind of key is taken for one", () => {
  const reader = newReaderKey();
  const kept = reader.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const { privateKey } = generateKeyPairSync("ed25519");

  expect(readReaderKey(kept).publicKey).toBe(reader.publicKey);
  expect(unseal(readReaderKey(kept), OCCASION, seal(reader.publicKey, OCCASION, SECRET))).toBe(SECRET);
  expect(() => readReaderKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString())).toThrow(
    "X25519",
  );
});
