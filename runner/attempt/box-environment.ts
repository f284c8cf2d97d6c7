import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fillIn, type Place, type RuntimeTemplates } from "./runtime-templates.ts";

export type BoxEnvironment = Readonly<Record<string, string>>;

export type BoxFolders = {
  /** The run's own folder beside the work tree: HOME, caches and temporary files lie in it. */
  scratch: string;
  /** Where commands begin. */
  workDir: string;
  path: string;
  templates: RuntimeTemplates;
};

/** The whole environment of Codex and of verification: an allow-list, with HOME and every cache in the run's scratch folder. */
export async function boxEnvironment({
  scratch,
  workDir,
  path,
  templates,
}: BoxFolders): Promise<BoxEnvironment> {
  const places = placesIn(scratch, workDir);
  const home = join(scratch, "home");
  const filled = Object.entries(templates).map(([name, value]) => [name, fillIn(value, places)]);
  const environment = {
    ...PLAIN,
    ...standard(places),
    ...Object.fromEntries(filled),
    PATH: path,
    HOME: home,
  };
  const folders = [home, places.cache_dir, places.data_dir, places.tmp_dir, environment.TMPDIR];
  await Promise.all(folders.map((folder) => mkdir(folder, { recursive: true })));
  return environment;
}

/** The same for everyone, so that what a suite does depends on no machine. */
const PLAIN = { LANG: "C.UTF-8", TERM: "dumb", TZ: "UTC", CI: "1", NO_COLOR: "1" };

function placesIn(scratch: string, workDir: string): Record<Place, string> {
  return {
    repo_dir: workDir,
    runtime_dir: scratch,
    cache_dir: join(scratch, "cache"),
    data_dir: join(scratch, "data"),
    tmp_dir: join(scratch, "tmp"),
  };
}

function standard({ cache_dir, data_dir, tmp_dir }: Record<Place, string>) {
  return { TMPDIR: tmp_dir, XDG_CACHE_HOME: cache_dir, XDG_DATA_HOME: data_dir };
}
