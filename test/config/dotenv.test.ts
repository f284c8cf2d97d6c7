import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseDotenv, withDotenv } from "../../src/config/dotenv.ts";
import { Problem } from "../../src/core/problem.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpr-env-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ["a plain assignment", "A=1", { A: "1" }],
  ["comments and blank lines are skipped", "# A=1\n\n  # B=2\nC=3", { C: "3" }],
  ["export is taken off", "export A=1", { A: "1" }],
  ["only the first equals sign parts", "A=b=c", { A: "b=c" }],
  ["one pair of quotes is taken off", "A=\"x y\"\nB='z'", { A: "x y", B: "z" }],
  ["quotes inside stay", `A="'x'"`, { A: "'x'" }],
  ["nothing is interpolated", "A=$HOME", { A: "$HOME" }],
  ["a number sign behind a value belongs to it", "A=1 # one", { A: "1 # one" }],
  ["an empty value is empty", "A=", { A: "" }],
  ["spaces round the sign do not matter", "A = 1", { A: "1" }],
  ["Windows line ends do not matter", "A=1\r\nB=2\r\n", { A: "1", B: "2" }],
  [
    "a quoted value may go over lines",
    'K="-----BEGIN\nabc\n-----END"\nB=2',
    { K: "-----BEGIN\nabc\n-----END", B: "2" },
  ],
])("%s", (_title, text, values) => expect(parseDotenv(text, ".env")).toEqual(values));

test.each([
  ["a line without a sign", "A=1\nnonsense secret", 2],
  ["a name that is none", "1A=1", 1],
  ["a quote that is never closed", '# first\n\nA="x\nB=2', 3],
])("%s is refused with its number and without its words", (_title, text, line) => {
  const problem = problemOf(() => parseDotenv(text, ".env"));

  expect(problem.message).toContain(`Line ${line} of .env`);
  expect(`${problem.message} ${problem.why} ${problem.remedy}`).not.toContain("secret");
});

test("what is set already wins, and only the names that are asked for are taken", async () => {
  const file = join(folder, "some.env");
  await writeFile(file, "A=file\nB=file\nPRIVATE_KEY=file\n");

  const env = withDotenv({ env: { A: "set" }, file, required: true, only: new Set(["A", "B"]) });

  expect(env).toEqual({ A: "set", B: "file" });
});

test("a missing file is no error unless it was asked for by name", () => {
  const file = join(folder, "absent.env");

  expect(withDotenv({ env: { A: "1" }, file, required: false, only: new Set() })).toEqual({ A: "1" });
  expect(() => withDotenv({ env: {}, file, required: true, only: new Set() })).toThrow("cannot be read");
});

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error("no problem was reported");
}
