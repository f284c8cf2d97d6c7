import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { execa } from "execa";
import { messageOf } from "../../core/problem.ts";
import { type Check, type Finding, failure, ok, warning } from "./check.ts";

const LEAST_NODE = [22, 20] as const;
const LEAST_GIT = [2, 39] as const;
const GIBIBYTE = 1024 ** 3;

export const nodeVersion: Check = {
  name: "node",
  look: async () =>
    isAtLeast(process.versions.node, LEAST_NODE)
      ? ok(`Node ${process.versions.node}`)
      : failure(
          `Node ${process.versions.node} is too old`,
          "Start agentpr through npm, which brings its own Node",
        ),
};

export const gitVersion: Check = {
  name: "git",
  look: async (signal) => {
    const answer = await execa("git", ["--version"], { cancelSignal: signal, reject: false });
    const version = /\d+(\.\d+)+/.exec(answer.stdout ?? "")?.[0];
    if (answer.failed || version === undefined)
      return failure("git was not found", "Install git 2.39 or newer");
    return isAtLeast(version, LEAST_GIT)
      ? ok(`git ${version}`)
      : failure(`git ${version} is too old`, "Install git 2.39 or newer");
  },
};

/** A folder that may not be there yet: then its nearest parent must let us make it. */
export function writableFolder(name: string, folder: string): Check {
  return {
    name,
    look: async () => {
      const blocked = await notWritable(await nearest(folder));
      return blocked === null
        ? ok(folder)
        : failure(
            `${folder} cannot be written: ${blocked}`,
            "Correct its owner or rights, or choose another folder",
          );
    },
  };
}

export function diskSpace(folder: string): Check {
  return {
    name: "disk space",
    look: async () => {
      const { bavail, bsize } = await statfs(await nearest(folder));
      return spaceFinding((bavail * bsize) / GIBIBYTE);
    },
  };
}

function spaceFinding(free: number): Finding {
  const words = `${free.toFixed(1)} GiB are free`;
  if (free < 0.5) return failure(words, "Make room: mirrors and workspaces need at least 2 GiB");
  return free < 2 ? warning(words, "Make room: mirrors and workspaces need at least 2 GiB") : ok(words);
}

async function nearest(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  return isThere || folder === dirname(folder) ? folder : nearest(dirname(folder));
}

async function notWritable(folder: string): Promise<string | null> {
  return access(folder, constants.W_OK | constants.X_OK).then(() => null, messageOf);
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
