import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { withFileLock } from "../../src/git/file-lock.ts";
import { temporaryFolder } from "../support/git-repository.ts";

const { signal } = new AbortController();

test("only one at a time does its work, and nothing is left behind", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lock");
  let [inside, most, done] = [0, 0, 0];
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
    done++;
  };

  await Promise.all(Array.from({ length: 12 }, () => withFileLock({ path, signal }, work)));

  expect([most, done]).toEqual([1, 12]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test.each([
  ["of a process that is gone", `999999999 ${hostname()} x`, 0],
  ["that nobody has touched for long", "1 another-host x", -120_000],
])("a lock %s is broken", async (_title, content, age) => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lock");
  writeFileSync(path, content);
  const then = new Date(Date.now() + age);
  utimesSync(path, then, then);

  expect(await withFileLock({ path, signal, waitMs: 2_000 }, async () => "done")).toBe("done");
});

test("many that find the same dead lock still work one at a time", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lock");
  writeFileSync(path, `999999999 ${hostname()} x`);
  let [inside, most] = [0, 0];

  await Promise.all(
    Array.from({ length: 8 }, () =>
      withFileLock({ path, signal }, async () => {
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside--;
      }),
    ),
  );

  expect(most).toBe(1);
});

test("a lock that is held is waited for only so long, and the signal ends the wait", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lock");
  const controller = new AbortController();

  await withFileLock({ path, signal }, async () => {
    await expect(withFileLock({ path, signal, waitMs: 100 }, async () => 1)).rejects.toThrow("still at work");
    const waiting = withFileLock({ path, signal: controller.signal }, async () => 1);
    controller.abort(new Error("stop"));
    await expect(waiting).rejects.toThrow();
  });

  expect(existsSync(path)).toBe(false);
});

test("work that fails releases the lock", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lock");

  await expect(withFileLock({ path, signal }, () => Promise.reject(new Error("broken")))).rejects.toThrow(
    "broken",
  );

  expect(existsSync(path)).toBe(false);
});
