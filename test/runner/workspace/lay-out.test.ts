import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { layOut } from "../../../runner/workspace/lay-out.ts";
import { ensureCommit, type HeldMirror, mirrorPath } from "../../../src/git/mirror.ts";
import { runGit } from "../../support/git-repository.ts";
import { BRANCH, IDENTITY, type Stand, stand } from "../../support/workspace.ts";

test("a branch that has moved since the mirror saw it is laid out where it is now", async () => {
  await using world = await stand({ "a.txt": "one\n" });
  const first = await laidOut(world);
  const newer = world.repository.commit({ "a.txt": "two\n", "b.txt": "new\n" });

  const second = await laidOut(world);
  const third = await laidOut(world);

  expect([first, second, third]).toMatchObject([
    { ok: true, workspace: { baseSha: world.baseSha } },
    { ok: true, workspace: { baseSha: newer, startSha: newer } },
    { ok: true, workspace: { baseSha: newer } },
  ]);
  const tree = third.ok ? third.workspace.tree : "";
  expect(runGit(tree, "rev-parse", "HEAD")).toBe(newer);
  expect(runGit(tree, "status", "--porcelain")).toBe("");
});

test("a mirror that git cannot read any more is made anew under the workspace", async () => {
  await using world = await stand({ "a.txt": "one\n" });
  await laidOut(world);
  rmSync(join(mirrorPath(heldOf(world)), "objects"), { recursive: true });

  const again = await laidOut(world);

  expect(again).toMatchObject({ ok: true, workspace: { baseSha: world.baseSha } });
  expect(runGit(again.ok ? again.workspace.tree : "", "fsck")).toBe("");
});

test("what an agent does to its repository does not reach the next one, side by side or later", async () => {
  await using world = await stand({ "a.txt": "one\n" });
  const first = await laidOut(world);
  const tree = first.ok ? first.workspace.tree : "";
  runGit(tree, "config", "core.hooksPath", "/evil");
  const packs = join(tree, ".git/objects/pack");
  for (const name of readdirSync(packs)) {
    chmodSync(join(packs, name), 0o600);
    writeFileSync(join(packs, name), "evil");
  }

  const others = await Promise.all(["run-2", "run-3", "run-4"].map((runId) => laidOut(world, runId)));

  const trees = others.map((other) => (other.ok ? other.workspace.tree : ""));
  expect(trees.map((at) => runGit(at, "fsck"))).toEqual(["", "", ""]);
  expect(trees.map((at) => runGit(at, "config", "--default=", "--get", "core.hooksPath"))).toEqual([
    "",
    "",
    "",
  ]);
  const kept = readdirSync(`${mirrorPath(heldOf(world))}.start`);
  expect(kept).toHaveLength(1);
});

test("a host that cannot be reached is told, whatever the mirror knows", async () => {
  const world = await stand({ "a.txt": "one\n" });
  await laidOut(world);
  await world.server.close();

  expect(await laidOut(world)).toMatchObject({ ok: false, kind: "network" });
  await world[Symbol.asyncDispose]();
});

function laidOut(world: Stand, runId = "run-1") {
  return layOut({
    held: heldOf(world),
    ask: () => ensureCommit({ ...heldOf(world), url: world.url, token: null }),
    baseDir: join(world.root, "runs"),
    run: { owner: "octo", repo: "target", runId },
    from: null,
    branch: BRANCH,
    historyDepth: 50,
    identity: IDENTITY.committer,
    signal: world.signal,
  });
}

function heldOf({ root, signal }: Stand): HeldMirror {
  const where = { cacheDir: join(root, "cache"), host: "127.0.0.1", repositoryId: 7, privateTo: null };
  return { ...where, branch: "main", sha: null, home: join(root, "home"), signal };
}
