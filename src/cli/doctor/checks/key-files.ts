import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Context, type Finding, failure, ok } from "../check.ts";

/** Keys that others on this machine could read. The processes refuse them as well. */
export async function keyFiles({ profile, app, runner }: Context): Promise<Finding> {
  const mine = profile === "runner" ? [] : [join(app().dataDir, "app.key"), app().github.privateKeyPath];
  const lent = profile === "runner" || profile === "all" ? [join(runner().dataDir, "runner.key")] : [];
  const files = [...mine, ...lent].filter((file) => file !== null);
  const open: string[] = [];
  for (const file of files) if (await isOpen(file)) open.push(file);
  if (open.length === 0) return ok("nobody else can read them");
  return {
    ...failure(`others can read or change ${open.join(", ")}`, `chmod 600 ${open.join(" ")}`),
    mend: async () => {
      for (const file of open) await chmod(file, 0o600);
    },
  };
}

async function isOpen(file: string): Promise<boolean> {
  const facts = await stat(file).catch(() => null);
  return facts !== null && (facts.mode & 0o077) !== 0;
}
