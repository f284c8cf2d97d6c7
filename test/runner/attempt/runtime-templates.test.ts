import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { boxEnvironment } from "../../../runner/attempt/box-environment.ts";
import { loadRuntimeTemplates } from "../../../runner/attempt/runtime-templates.ts";
import { PROJECT_ROOT } from "../../../src/config/settings.ts";
import { Problem } from "../../../src/core/problem.ts";

const SHIPPED = join(PROJECT_ROOT, "policy", "runtime_env_overrides.json");
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpr-templates-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function loaded(content: unknown) {
  const file = join(folder, "overrides.json");
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return loadRuntimeTemplates(file);
}

test("without the file there are no variables of its own", async () => {
  expect(await loadRuntimeTemplates(join(folder, "absent.json"))).toEqual({});
});

test.each([
  ["a cache", { GOCACHE: "{cache_dir}/go" }],
  ["a number", { CI_JOBS: "2" }],
  ["an address", { GOPROXY: "https://proxy.example.org,direct" }],
  ["an option with a place", { MAVEN_OPTS: "-Xmx1g -Dmaven.repo.local={cache_dir}/m2" }],
  ["nothing", {}],
])("%s is taken as it is", async (_title, templates) => {
  expect(await loaded(templates)).toEqual(templates);
});

test.each([
  [
    "an unknown place",
    { UV_CACHE_DIR: "{home}/uv" },
    "UV_CACHE_DIR: {home} is none of {repo_dir}, {runtime_dir}",
  ],
  ["a way out of a place", { GOPATH: "{data_dir}/../../x" }, "GOPATH: {data_dir}/../../x leaves its folder"],
  [
    "a folder of the machine",
    { CARGO_HOME: "/root/.cargo" },
    "CARGO_HOME: /root/.cargo leaves the run's folders",
  ],
  ["a home", { GEM_HOME: "~/gems" }, "GEM_HOME: ~/gems leaves the run's folders"],
  ["a folder in an option", { MAVEN_OPTS: "-Dmaven.repo.local=/m2" }, "MAVEN_OPTS: "],
  ["the path", { PATH: "{runtime_dir}/bin" }, "PATH: only the engine sets it"],
  ["the home folder", { HOME: "{runtime_dir}" }, "HOME: only the engine sets it"],
  ["a name that is none", { "A-B": "1" }, "A-B"],
  ["a value that is no text", { A: 1 }, "A: "],
  ["a list", [], "expected record"],
  ["no JSON", "{", "it is not JSON"],
])("%s is refused with the name of the key", async (_title, content, words) => {
  const problem = await loaded(content).catch((error: unknown) => error);

  expect(problem).toBeInstanceOf(Problem);
  expect((problem as Problem).why).toContain(words);
});

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  pip: ["PIP_CACHE_DIR", "PIP_REQUIRE_VIRTUALENV"],
  uv: ["UV_CACHE_DIR", "UV_TOOL_DIR"],
  npm: ["NPM_CONFIG_CACHE", "NPM_CONFIG_PREFIX"],
  yarn: ["YARN_CACHE_FOLDER"],
  pnpm: ["PNPM_HOME"],
  bun: ["BUN_INSTALL_CACHE_DIR"],
  Go: ["GOMODCACHE", "GOCACHE", "GOPATH"],
  Cargo: ["CARGO_HOME"],
  Gradle: ["GRADLE_USER_HOME"],
  Maven: ["MAVEN_OPTS"],
  Ruby: ["BUNDLE_USER_CACHE", "GEM_HOME"],
  ".NET": ["NUGET_PACKAGES", "DOTNET_CLI_HOME"],
};

test.each(Object.entries(FAMILIES))(
  "the shipped file keeps what %s caches within the run",
  async (_name, names) => {
    const environment = await shippedEnvironment();

    for (const name of names) expect(environment[name]).toMatch(/\/run\/scratch\/|^true$/);
  },
);

async function shippedEnvironment() {
  const templates = await loadRuntimeTemplates(SHIPPED);
  const place = join(folder, "run");
  const folders = { scratch: join(place, "scratch"), workDir: join(place, "tree") };
  return boxEnvironment({ ...folders, path: "/usr/bin", templates });
}

test("HOME is a scratch folder that is there, nothing of this process comes in, and no place is left open", async () => {
  const environment = await shippedEnvironment();

  const { HOME = "", TMPDIR = "", XDG_CACHE_HOME = "", XDG_DATA_HOME = "" } = environment;
  expect(HOME).toBe(join(folder, "run", "scratch", "home"));
  for (const made of [HOME, TMPDIR, XDG_CACHE_HOME, XDG_DATA_HOME])
    expect((await stat(made)).isDirectory()).toBe(true);
  expect(environment).toMatchObject({ PATH: "/usr/bin", AGENTPR_WORKSPACE_DIR: join(folder, "run", "tree") });
  expect(environment).not.toHaveProperty("NODE_OPTIONS");
  expect(Object.values(environment).filter((value) => /[{}]/.test(value))).toEqual([]);
});
