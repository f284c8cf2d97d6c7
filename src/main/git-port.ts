import { baseMove } from "../git/base-move.ts";
import type { GitResult } from "../git/git.ts";
import { publishChange } from "../git/publish.ts";
import { pushStarts, startedWorkflows } from "../git/push-starts.ts";
import { readRemoteTemplate } from "../git/read-template.ts";
import { readRemoteHead } from "../git/remote-head.ts";
import type { GitPort, PushOrder } from "../jobs/ports.ts";

/** git for the app lane: what a remote answers becomes a value, what it does not answer is thrown, so that the job is tried again. */
export function gitPort(home: string, knownSecrets: readonly string[]): GitPort {
  return {
    publish: (order) => publishChange(publishRequest(order, knownSecrets)),
    remoteHead: async (at) => sure(await readRemoteHead({ ...at, home })),
    pushStarts: async (order) => sure(await pushStarts(order)),
    startedWorkflows: async (order) => sure(await startedWorkflows(order)),
    readTemplate: async (at) => sure(await readRemoteTemplate(at)),
    baseMove: async (order) => sure(await baseMove(order)),
  };
}

function publishRequest({ seal, policy, ...order }: PushOrder, knownSecrets: readonly string[]) {
  const limits = { protectedPaths: policy.protected_paths, budgets: policy, knownSecrets };
  return { ...order, identity: seal, limits };
}

function sure<T>(result: GitResult<T>): T {
  if (result.ok) return result.value;
  throw new Error(`git: ${result.kind}: ${result.stderr.slice(0, 1_000)}`);
}
