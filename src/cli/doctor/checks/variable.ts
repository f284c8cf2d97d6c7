import { join, resolve } from "node:path";
import { withDotenv } from "../../../config/dotenv.ts";
import { PROJECT_ROOT, type SettingsSource } from "../../../config/settings.ts";

/** Variables by name, from where the process would take them; an empty one counts as not set. */
export function variables<Name extends string>(
  { env, envFile, root = PROJECT_ROOT }: SettingsSource,
  ...names: readonly Name[]
): Partial<Record<Name, string>> {
  const file = envFile === undefined ? join(root, ".env") : resolve(envFile);
  const found = withDotenv({ env, file, required: envFile !== undefined, only: new Set(names) });
  const set = names.flatMap((name) => (found[name] ? [[name, found[name]] as const] : []));
  return Object.fromEntries(set) as Partial<Record<Name, string>>;
}
