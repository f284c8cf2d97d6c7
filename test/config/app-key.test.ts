import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { loadAppKey } from "../../src/config/app-key.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpr-key-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the key is made on first use, for its owner alone, and is the same afterwards", async () => {
  const data = join(folder, "data");

  const first = loadAppKey(data);

  expect(first.secret).toHaveLength(32);
  expect((await stat(join(data, "app.key"))).mode & 0o777).toBe(0o600);
  expect(loadAppKey(data).secret.equals(first.secret)).toBe(true);
});

test("a key that others may read is refused", async () => {
  const data = join(folder, "open");
  loadAppKey(data);
  await chmod(join(data, "app.key"), 0o640);

  expect(() => loadAppKey(data)).toThrow("is not secret");
});

test("a damaged key is refused and left as it is", async () => {
  await writeFile(join(folder, "app.key"), "short", { mode: 0o600 });

  expect(() => loadAppKey(folder)).toThrow("is damaged");
  expect((await stat(join(folder, "app.key"))).size).toBe(5);
});
