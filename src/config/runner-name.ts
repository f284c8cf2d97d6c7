import { hostname } from "node:os";
import type { Environment } from "./env.ts";

/** Under which name a runner enrols its key. Several on one machine need a name each, or each takes the other's place. */
export function runnerName({ AGENTPR_RUNNER_NAME: name }: Environment): string {
  return name === undefined || name === "" ? hostname() : name;
}
