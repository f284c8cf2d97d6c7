import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { codeOf } from "../../src/git/error-code.ts";
import { runGit, writeFiles } from "../support/git-repository.ts";
import { BRANCH, IDENTITY, LIMITS, type Stand, stand } from "../support/workspace.ts";

/** One stand with one sealed change, for every publication that must not happen. */
let world: Stand;
let sealed: Awaited<ReturnType<typeof sealedChange>>;
beforeAll(async () => {
  world = await stand(FILES, { token: "tok-1" });
  sealed = await sealedChange(world, { "README.md": "hello\nvalue-of-a-secret\n" });
});
afterAll(() => world[Symbol.asyncDispose]());

const FILES = { "README.md": "hello\n", "src/a.ts": "export const a = 1;\n" };

test("a sealed change arrives exactly, and publishing it again changes nothing", async () => {
  await using world = await stand(FILES, { token: "tok-1" });
  const sealed = await sealedChange(world);

  const first = await world.publish(sealed);
  const second = await world.publish(sealed);

  expect(first).toEqual({ kind: "published", sha: sealed.change.sha });
  expect(second).toEqual({ kind: "already", sha: sealed.change.sha });
  const commit = runGit(
    world.repository.bare,
    "log",
    "-1",
    "--format=%T %P %an <%ae> %cn <%ce> %at %ct %s",
    BRANCH,
  );
  const { treeSha, parentSha } = sealed.change;
  const who = "Ada <ada@example.org> agentpr <agentpr@example.org>";
  expect(commit).toBe(`${treeSha} ${parentSha} ${who} ${IDENTITY.at} ${IDENTITY.at} Say more`);
});

test("a second change on top of the first is published over it, and only over it", async () => {
  await using world = await stand(FILES);
  const first = await sealedChange(world);
  await world.publish(first);
  const workspace = await world.workspace(first);
  writeFiles(workspace.tree, { "README.md": "hello\nand more\neven\n" });
  const second = await world.seal(workspace, "Say even more\n");

  const unaware = await world.publish(second);
  const aware = await world.publish(second, { expectRemoteSha: first.change.sha });

  expect(second.change.parentSha).toBe(first.change.sha);
  expect(unaware).toEqual({ kind: "moved", remoteSha: first.change.sha });
  expect(aware).toEqual({ kind: "published", sha: second.change.sha });
});

test("a second change whose predecessor was never published brings it along", async () => {
  await using world = await stand(FILES);
  const workspace = await world.workspace(await sealedChange(world));
  writeFiles(workspace.tree, { "README.md": "hello\nand more\neven\n" });
  const second = await world.seal(workspace, "Say even more\n");

  expect(await world.publish(second)).toEqual({ kind: "published", sha: second.change.sha });
});

test("whoever pushes between our look and our push keeps the branch", async () => {
  let push: (() => void) | null = null;
  await using world = await stand(FILES, {
    before: (request) => {
      // The first request of the push itself: the lease was taken before.
      if (request.url?.includes("service=git-receive-pack")) push?.();
      return undefined;
    },
  });
  const sealed = await sealedChange(world);
  let theirs = "";
  push = () => {
    push = null;
    theirs = world.repository.commit({ "b.txt": "mine" }, "Theirs", BRANCH);
  };

  const raced = await world.publish(sealed);

  expect(raced).toEqual({ kind: "moved", remoteSha: theirs });
  expect(runGit(world.repository.bare, "rev-parse", BRANCH)).toBe(theirs);
});

test.each([
  ["another tree", { treeSha: "1".repeat(40) }, "tree"],
  ["another parent", { parentSha: "1".repeat(40) }, "parent"],
  ["another message", { message: "Harmless" }, "message"],
  ["another diff", { diffHash: "0".repeat(64) }, "hash"],
  ["another commit", { sha: "1".repeat(40) }, "The bundle holds"],
])("a change that was accepted with %s is refused", async (_title, difference, word) => {
  const refused = await world.publish({ ...sealed, change: { ...sealed.change, ...difference } });

  expect(refused).toEqual({ kind: "refused", violations: [expect.stringContaining(word)] });
  expect(runGit(world.repository.bare, "branch", "--list", BRANCH)).toBe("");
});

test("identity, budgets, protected paths and known secrets are held against the real commit", async () => {
  const publish = (changed: Parameters<typeof world.publish>[1]) => world.publish(sealed, changed);

  const results = await Promise.all([
    publish({ identity: { ...IDENTITY, author: { name: "Eve", email: "e@example.org" } } }),
    publish({ identity: { ...IDENTITY, at: 1 } }),
    publish({ limits: { ...LIMITS, protectedPaths: ["readme.*"] } }),
    publish({ limits: { ...LIMITS, budgets: { ...LIMITS.budgets, max_patch_bytes: 10 } } }),
    publish({ limits: { ...LIMITS, knownSecrets: ["value-of-a-secret"] } }),
  ]);

  expect(results.map(({ kind }) => kind)).toEqual(Array(5).fill("refused"));
  expect(results.map((result) => (result.kind === "refused" ? result.violations.length : 0))).toEqual([
    1, 2, 1, 1, 1,
  ]);
});

test("a bundle that is none, or is for another base, fails without a push", async () => {
  const nonsense = await world.publish({ ...sealed, bundle: new TextEncoder().encode("no bundle") });
  const elsewhere = await world.publish({ ...sealed, change: { ...sealed.change, baseSha: "1".repeat(40) } });

  expect([nonsense.kind, elsewhere.kind]).toEqual(["failed", "failed"]);
  expect(runGit(world.repository.bare, "branch", "--list", BRANCH)).toBe("");
});

test("a wrong token and a branch that is an option are refused", async () => {
  expect(await world.publish(sealed, { token: "tok-2" })).toMatchObject({ kind: "failed", failure: "auth" });
  await expect(world.publish(sealed, { branch: "--mirror" })).rejects.toThrow("Not a branch name");
  expect(await world.publish(sealed, { url: "ext::id" })).toMatchObject({ kind: "refused" });
});

test("the token is in no command line and nowhere on disk", async () => {
  const token = "tok-4f1d0c9b";
  const seen: string[] = [];
  await using world = await stand(FILES, { token, before: () => void seen.push(...commandLines()) });
  const sealed = await sealedChange(world);

  await world.publish(sealed);

  expect(seen.some((line) => line.includes("ls-remote") || line.includes("push"))).toBe(true);
  expect(seen.filter((line) => line.includes(token))).toEqual([]);
  expect(() =>
    runGit(world.root, "grep", "--no-index", "--text", "--fixed-strings", "--name-only", token),
  ).toThrow();
});

async function sealedChange(
  world: Stand,
  files: Record<string, string> = { "README.md": "hello\nand more\n" },
) {
  const workspace = await world.workspace();
  writeFiles(workspace.tree, files);
  return world.seal(workspace);
}

function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(join("/proc", pid, "cmdline"), "utf8");
      } catch (error) {
        // It ended while we looked.
        if (codeOf(error) === "ENOENT" || codeOf(error) === "ESRCH") return "";
        throw error;
      }
    });
}
