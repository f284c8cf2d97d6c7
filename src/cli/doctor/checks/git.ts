import { execa } from "execa";
import { type Context, type Finding, failure, ok } from "../check.ts";
import { isAtLeast } from "./versions.ts";

const REMEDY = "Install git 2.39 or newer: apt-get install git";

export async function git(_context: Context, signal: AbortSignal): Promise<Finding> {
  const answer = await execa("git", ["--version"], { cancelSignal: signal, reject: false });
  const version = /\d+(\.\d+)+/.exec(answer.stdout ?? "")?.[0];
  if (answer.failed || version === undefined) return failure("git was not found", REMEDY);
  return isAtLeast(version, [2, 39]) ? ok(`git ${version}`) : failure(`git ${version} is too old`, REMEDY);
}
