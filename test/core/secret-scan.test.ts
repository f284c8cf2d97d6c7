import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { findSecrets, secretsInText } from "../../src/core/secret-scan.ts";

const LETTERS = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA";
const patch = (...texts: string[]) => [
  { path: "a.ts", removed: [], added: texts.map((text, at) => ({ line: at + 1, text })) },
];

// Put together here, so that no scanner takes this file for a leak.
const SHAPED = [
  ["classic", `ghp_${LETTERS}abcd`],
  ["installation", `ghs_${LETTERS}abcd`],
  ["long installation", `ghs_12345_${"eyJhbGciOi"}.${LETTERS}.${LETTERS}-${LETTERS}`],
  ["fine-grained", `github_pat_${LETTERS}_${LETTERS}`],
  ["OpenAI", `sk-proj-${LETTERS}`],
  ["Telegram", `123456789:AA${LETTERS}x`],
  ["Postgres", "postgres://app:S3cretPassw0rd@db.internal.corp:5432/app"],
  ["PEM", `-----BEGIN RSA ${"PRIVATE"} KEY-----`],
  ["AWS", "AKIA3X7QZ2M9K4LP8WVT"],
] as const;

test.each(SHAPED)("a credential is known by its shape: %s", (_title, text) => {
  const [found, ...more] = findSecrets(patch("fine", `const key = "${text}";`));

  expect(found).toMatchObject({
    rule: "secret_found",
    path: "a.ts",
    detail: expect.stringContaining("Line 2"),
  });
  expect(found?.detail).not.toContain(text);
  expect(more).toEqual([]);
});

test.each([
  ["a placeholder", `ghp_${"x".repeat(36)}`],
  ["a local database", "postgres://postgres:postgres@localhost:5432/test"],
  ["a documented example", "postgres://user:password1@db.example.com/app"],
  ["a hash", "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"],
  ["a public key", "-----BEGIN PUBLIC KEY-----"],
  ["a word", "task-management-and-scheduling"],
])("%s is none", (_title, text) => expect(findSecrets(patch(text))).toEqual([]));

const SECRET = "prov1der/k3y+value";
const encode = (text: string, how: BufferEncoding) => Buffer.from(text).toString(how);

test.each([
  ["plain", SECRET],
  ["base64, first offset", encode(SECRET, "base64")],
  ["base64, second offset", encode(`x${SECRET}yz`, "base64")],
  ["base64, third offset", encode(`xy${SECRET}z`, "base64")],
  ["base64url", encode(`xy${SECRET}z`, "base64url")],
  ["hexadecimal", encode(SECRET, "hex")],
  ["URL-encoded", encodeURIComponent(SECRET)],
  ["reversed", [...SECRET].reverse().join("")],
])("a known value is found %s", (_title, text) => {
  expect(findSecrets(patch(`a = "${text}"`), [SECRET])).toHaveLength(1);
});

test("a value broken over lines is found, and short values are not looked for", () => {
  expect(findSecrets(patch(SECRET.slice(0, 7), `  ${SECRET.slice(7)}`), [SECRET])).toHaveLength(1);
  expect(findSecrets(patch("abc"), ["abc"])).toEqual([]);
  expect(secretsInText(`title ${SECRET}`, [SECRET])).toHaveLength(1);
});

test("any value is found in any surroundings, encoded as base64", () => {
  const value = fc.stringMatching(/^[!-~]{12,40}$/);
  fc.assert(
    fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
      expect(findSecrets(patch(encode(`${before}${secret}${after}`, "base64")), [secret])).toHaveLength(1);
    }),
    { numRuns: 200, seed: 3 },
  );
});

test("a hostile line does not make the search slow", () => {
  const start = performance.now();

  for (const piece of ["postgres://a:", "-----BEGIN A ", "ghp_a", "1234567890:"])
    findSecrets(patch(piece.repeat(50_000)), [SECRET]);

  expect(performance.now() - start).toBeLessThan(2_000);
});
