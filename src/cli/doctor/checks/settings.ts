import { chmod, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PROJECT_ROOT } from "../../../config/settings.ts";
import { type Context, type Finding, ok, warning } from "../check.ts";

/** That the settings can be used was seen when they were read; here is where they come from, and who else can read them. */
export async function settings({ source }: Context): Promise<Finding> {
  const file =
    source.envFile === undefined ? join(source.root ?? PROJECT_ROOT, ".env") : resolve(source.envFile);
  const facts = await stat(file).catch(() => null);
  if (facts === null || !facts.isFile()) return ok("from the environment alone");
  if ((facts.mode & 0o077) === 0) return ok(`from the environment and ${file}`);
  return {
    ...warning(`others on this machine can read or change ${file}`, `chmod 600 ${file}`),
    mend: () => chmod(file, 0o600),
  };
}
