import { mkdir } from "node:fs/promises";
import { join } from "node:path";

export type BoxEnvironment = Readonly<Record<string, string>>;

/** The whole environment of Codex and of verification: an allow-list, with HOME and TMPDIR in the run's scratch folder. */
export async function boxEnvironment(scratch: string, path: string): Promise<BoxEnvironment> {
  const [home, tmp, cache] = ["home", "tmp", "cache"].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([home, tmp, cache].map((folder) => mkdir(folder, { recursive: true })));
  return {
    PATH: path,
    HOME: home,
    TMPDIR: tmp,
    XDG_CACHE_HOME: cache,
    XDG_DATA_HOME: join(home, ".local/share"),
    NPM_CONFIG_CACHE: join(cache, "npm"),
    PIP_CACHE_DIR: join(cache, "pip"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    LANG: "C.UTF-8",
    TERM: "dumb",
    TZ: "UTC",
    CI: "1",
    NO_COLOR: "1",
  };
}
