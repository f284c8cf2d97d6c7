import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "@jest/globals";
import { codexVendorFolder } from "../../../runner/codex/codex-package.ts";
import { findCodex } from "../../../runner/codex/find-codex.ts";
import { temporaryFolder } from "../box/boxed.ts";

const signal = AbortSignal.timeout(20_000);
const bin = new URL("../../../node_modules/.bin", import.meta.url).pathname;

function programThat(name: string, script: string, mode = 0o755): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode });
  return folder;
}

test("npm's script on PATH is passed over for the native program behind it", async () => {
  expect(await findCodex({ PATH: bin }, signal)).toEqual({
    path: join(codexVendorFolder() ?? "", "bin", "codex"),
    source: "path",
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
});

test("without one on PATH the installed package's is taken", async () => {
  expect(await findCodex({ PATH: "" }, signal)).toMatchObject({ source: "package" });
});

test("AGENTPR_CODEX_BIN comes first", async () => {
  const path = join(programThat("codex", "echo codex-cli 9.9.9"), "codex");

  expect(await findCodex({ PATH: bin, AGENTPR_CODEX_BIN: path }, signal)).toEqual({
    path,
    source: "AGENTPR_CODEX_BIN",
    version: "9.9.9",
  });
});

test("another program called codex on PATH is used as it is", async () => {
  const folder = programThat("codex", "echo codex-cli 1.2.3");

  expect(await findCodex({ PATH: `relative${delimiter}${folder}` }, signal)).toEqual({
    path: join(folder, "codex"),
    source: "path",
    version: "1.2.3",
  });
});

test.each([
  ["a file that is not there", "/nowhere/codex"],
  ["a folder", tmpdir()],
  ["a file that may not be run", join(programThat("codex", "true", 0o644), "codex")],
])("AGENTPR_CODEX_BIN naming %s is refused by its name", async (_title, path) => {
  await expect(findCodex({ AGENTPR_CODEX_BIN: path, PATH: bin }, signal)).rejects.toThrow(
    "AGENTPR_CODEX_BIN is not usable",
  );
});

test("a program that does not run is a problem with its path", async () => {
  const path = join(programThat("codex", "exit 3"), "codex");

  await expect(findCodex({ AGENTPR_CODEX_BIN: path }, signal)).rejects.toMatchObject({
    name: "Problem",
    why: expect.stringContaining(path),
  });
});
