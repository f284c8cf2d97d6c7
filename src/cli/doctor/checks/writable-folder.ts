import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf } from "../../../core/problem.ts";
import { type Context, type Finding, failure, ok } from "../check.ts";

export function dataFolder({ app }: Context): Promise<Finding> {
  return writable(app().dataDir);
}

export function workspaces({ runner }: Context): Promise<Finding> {
  return writable(runner().baseDir);
}

/** A folder that is not there yet is made on first use; then its nearest parent must allow that. */
async function writable(folder: string): Promise<Finding> {
  const blocked = await access(await nearest(folder), constants.W_OK | constants.X_OK).then(
    () => null,
    messageOf,
  );
  if (blocked !== null)
    return failure(
      `${folder} cannot be written: ${blocked}`,
      `mkdir -p ${folder} and chown it to the account that runs agentpr`,
    );
  return (await isThere(folder))
    ? ok(folder)
    : {
        ...ok(`${folder}, made on first use`),
        mend: () => mkdir(folder, { recursive: true, mode: 0o700 }).then(() => undefined),
      };
}

/** The folder itself, or the parent in which it would be made. */
export async function nearest(folder: string): Promise<string> {
  return (await isThere(folder)) || folder === dirname(folder) ? folder : nearest(dirname(folder));
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
