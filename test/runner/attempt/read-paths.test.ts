import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { allowReadPaths } from "../../../runner/attempt/read-paths.ts";

// Not in a folder of the system's, as which the suites' own one in memory counts.
const folder = realpathSync(mkdtempSync(join("/var/tmp", "agentpr-paths-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const own = [join(folder, "data"), join(folder, "workspaces")];
for (const path of [...own, join(folder, "docs"), join(folder, "workspaces/octo/widget/run_1")])
  mkdirSync(path, { recursive: true });
for (const file of ["docs/notes.md", "docs/.env", "docs/server.pem", "docs/id_ed25519"])
  writeFileSync(join(folder, file), "x");
symlinkSync(join(folder, "docs"), join(folder, "link"));
symlinkSync(own[0] ?? "", join(folder, "sly"));

test("a folder and a file are lent by their real paths, each once", async () => {
  const paths = ["docs", "link", "docs/notes.md"].map((path) => join(folder, path));

  expect(await allowReadPaths(paths, { own })).toEqual([join(folder, "docs"), join(folder, "docs/notes.md")]);
});

test.each([
  ["the data folder", join(folder, "data"), /touches .*data/],
  ["a link to the data folder", join(folder, "sly"), /touches .*data/],
  ["another run", join(folder, "workspaces/octo/widget/run_1"), /touches .*workspaces/],
  ["a folder that holds them", folder, /touches/],
  ["a home", homedir(), /home folder|system/],
  ["the root", "/", /system/],
  ["the system's settings", "/etc/ssl", /system/],
  ["a process's memory", "/proc/self", /system/],
  ["a settings file", join(folder, "docs/.env"), /holds a key/],
  ["a certificate's key", join(folder, "docs/server.pem"), /holds a key/],
  ["a login key", join(folder, "docs/id_ed25519"), /holds a key/],
  ["what is not there", join(folder, "none"), /ENOENT/],
])("%s is refused", async (_title, path, why) => {
  await expect(allowReadPaths([path], { own })).rejects.toMatchObject({ why: expect.stringMatching(why) });
});
