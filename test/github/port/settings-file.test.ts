import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type Installed, installed } from "./installed.ts";

jest.setTimeout(60_000);

const FILE = ".github/agentpr.yml";
let at: Installed;
beforeAll(async () => {
  at = await installed({ ci: { enabled: false } });
});
afterAll(async () => {
  await at.hub.stop();
  expect(at.hub.problems).toEqual([]);
});

function reads() {
  return at.hub.github
    .calls()
    .filter(({ template }) => template === "/repos/{owner}/{repo}/contents/{path}")
    .map(({ status }) => status);
}

test("a repository without the file says nothing", async () => {
  expect(await at.port.readSettings(at.target)).toEqual({ kind: "none" });
});

test("the file of the default branch is read once and then only asked after, until it has changed", async () => {
  await at.push("main", { [FILE]: "max_changed_files: 2\n" });
  await at.push("elsewhere", { [FILE]: "max_changed_files: 9\n" });
  const before = reads().length;

  const first = await at.port.readSettings(at.target);
  const second = await at.port.readSettings(at.target);
  await at.push("main", { [FILE]: "max_changed_files: 1\n" });
  const third = await at.port.readSettings(at.target);

  expect([first, second, third]).toEqual(
    [2, 2, 1].map((files) => ({ kind: "read", content: { max_changed_files: files } })),
  );
  expect(reads().slice(before)).toEqual([200, 304, 200]);
});

test("the token for it may only read this repository's contents, and is minted once", async () => {
  await at.port.readSettings(at.target);
  await at.port.readSettings(at.target);

  const mints = at.hub.github.calls().filter(({ template }) => template?.endsWith("/access_tokens"));
  expect(mints).toHaveLength(1);
  const tokens = [...at.hub.github.store.tokens.values()].filter(({ kind }) => kind === "installation");
  expect(tokens).toMatchObject([{ permissions: { contents: "read", metadata: "read" } }]);
});

test.each([
  ["is not YAML", "a: [\n", "it is not YAML: "],
  ["is a bomb of aliases", `a: &a [1]\n${bomb()}`, "it is not YAML: "],
  ["nests without end", "[".repeat(20_000), "it is not YAML: "],
  ["is too long", `# ${"x".repeat(40_000)}\n`, "at most 32768 are read"],
])("a file that %s is told in one line, and nothing is thrown", async (_title, text, words) => {
  await at.push("main", { [FILE]: text });

  const read = await at.port.readSettings(at.target);

  expect(read).toEqual({ kind: "unusable", why: expect.stringContaining(words) });
  expect(JSON.stringify(read).length).toBeLessThan(500);
  expect(JSON.stringify(read)).not.toContain("\\n");
});

function bomb(): string {
  return "bcdefgh"
    .split("")
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[index]}`).join(", ")}]\n`)
    .join("");
}

test("what GitHub does not answer is thrown, so that the job comes round again", async () => {
  const route = "/repos/{owner}/{repo}/contents/{path}";
  at.hub.github.faults.add({ kind: "500-before", method: "GET", route });

  await expect(at.port.readSettings(at.target)).rejects.toThrow("GitHub answered 500");
});
