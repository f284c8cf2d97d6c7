import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

/** The About text of a prompt version, `policy/pr/about/<version>.md`; null where there is none. */
export function aboutFor(version: string, { root }: { root: string }): string | null {
  const file = join(root, "policy", "pr", "about", `${version}.md`);
  return VERSION.test(version) && existsSync(file) ? readFileSync(file, "utf8") : null;
}
