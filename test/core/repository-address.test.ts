import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseRepositoryAddress } from "../../src/core/repository-address.ts";

const WEB = "https://github.test";
const HELLO = { owner: "octo", repo: "hello", issue: null };

test.each([
  ["octo/hello", HELLO],
  ["octo/hello#7", { ...HELLO, issue: 7 }],
  ["https://github.test/octo/hello", HELLO],
  ["https://GitHub.test/octo/hello/", HELLO],
  ["https://github.test/octo/hello.git", HELLO],
  ["https://github.test/octo/hello/issues/7", { ...HELLO, issue: 7 }],
  ["https://github.test/octo/hello/issues/7#issuecomment-1", { ...HELLO, issue: 7 }],
  ["octo/hello.js", { ...HELLO, repo: "hello.js" }],
])("%s is a repository", (text, address) => expect(parseRepositoryAddress(text, WEB)).toEqual(address));

test.each([
  "hello",
  "octo/hello/x",
  "../../etc/passwd",
  "octo/..",
  "-o/hello",
  "octo/hello#",
  "octo/hello#x",
  "https://evil.test/octo/hello",
  "https://github.test.evil/octo/hello",
  "https://github.test/octo/hello/pull/7/files",
  "git@github.test:octo/hello",
  "octo/he llo",
  "",
])("%s is none", (text) => expect(parseRepositoryAddress(text, WEB)).toBeNull());

test("whatever is written, what comes out is a plain name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      for (const found of [text, `${WEB}/${text}`].map((each) => parseRepositoryAddress(each, WEB)))
        expect(`${found?.owner ?? "a"}/${found?.repo ?? "b"}`).toMatch(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/);
    }),
  );
});
