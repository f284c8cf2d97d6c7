import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readRemoteTemplate } from "../../src/git/read-template.ts";
import { type GitServer, serveGit } from "../support/git-http.ts";
import { type Files, makeRepository, temporaryFolder } from "../support/git-repository.ts";

const FILES: Readonly<Record<string, Files>> = {
  plain: { "README.md": "x\n", ".github/pull_request_template.md": "## What\n" },
  several: {
    ".github/PULL_REQUEST_TEMPLATE/bugfix.md": "bug\n",
    ".github/PULL_REQUEST_TEMPLATE/feature.md": "feature\n",
  },
  none: { "README.md": "x\n" },
  large: { "docs/pull_request_template.md": "y".repeat(100_000) },
};

let folder: ReturnType<typeof temporaryFolder>;
let server: GitServer;
beforeAll(async () => {
  folder = temporaryFolder();
  for (const [name, files] of Object.entries(FILES)) makeRepository(folder.path, name).commit(files);
  server = await serveGit({ root: join(folder.path) });
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

function read(name: string, title = "") {
  return readRemoteTemplate({ url: `${server.url}/${name}.git`, title, signal: AbortSignal.timeout(30_000) });
}

test.each([
  ["plain", "", { path: ".github/pull_request_template.md", text: "## What" }],
  ["several", "fix: a crash", { path: ".github/PULL_REQUEST_TEMPLATE/bugfix.md", text: "bug" }],
  ["several", "feat: a thing", { path: ".github/PULL_REQUEST_TEMPLATE/feature.md", text: "feature" }],
  ["none", "", null],
  ["absent", "", null],
  ["large", "", { path: "docs/pull_request_template.md", text: "y".repeat(65_536) }],
])("the template of %s for “%s” is found on its default branch", async (name, title, value) => {
  expect(await read(name, title)).toEqual({ ok: true, value });
});
