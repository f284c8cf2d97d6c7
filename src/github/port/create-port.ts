// port: what the jobs ask of GitHub, one family of methods a file. Everything that creates looks first, because the
// last answer may have been lost; nothing here decides what a fact means.

import type { GitHubPort } from "../../jobs/ports.ts";
import { countCalls } from "../client/call-count.ts";
import { createClient, type GitHubOptions, installed } from "../client/client.ts";
import { botIdentity } from "./bot-identity.ts";
import { createRequirements } from "./check-requirements.ts";
import { putCheckRun } from "./check-run.ts";
import { putComment, react } from "./comment.ts";
import { readCommitFiles } from "./commit-files.ts";
import { deliveriesSince, redeliver } from "./deliveries.ts";
import { explainFailures } from "./explain-failures.ts";
import { gitUrl } from "./git-url.ts";
import { readIssue } from "./issue.ts";
import { failingOn, passedOn } from "./other-results.ts";
import { closePull, createPull, labelPull, readPull } from "./pull.ts";
import { readReach } from "./reach.ts";
import { readChecks } from "./read-checks.ts";
import { readyPull } from "./ready-pull.ts";
import { findRepository, roleOf } from "./repository.ts";
import { rerunFailed } from "./rerun.ts";
import { readReviews } from "./reviews.ts";
import { createSettingsReader } from "./settings-file.ts";
import { readThreads, replyInThread, resolveThread } from "./threads.ts";

export function createGitHubPort(options: GitHubOptions): GitHubPort {
  const client = createClient(options);
  const requirements = createRequirements(client);
  const identity = botIdentity(client);
  return {
    findRepository: (name, signal) => findRepository(client, name, signal),
    roleOf: (target, login) => roleOf(client, target, login),
    readIssue: (target, number) => readIssue(client, target, number),
    readSettings: createSettingsReader((target, work) => client.as(target, "read_settings", work)),
    react: (target, commentId, content) => react(client, target, { commentId, content }),
    putComment: (target, comment) => putComment(client, target, comment),
    putCheckRun: (target, view, known) => putCheckRun(client, target, { view, ...known }),
    readPull: (target, number) => readPull(client, target, number),
    createPull: (target, pull) => createPull(client, target, pull),
    closePull: (target, number) => closePull(client, target, number),
    readyPull: (target, node) =>
      readyPull({ ...client, ask: (work) => client.afresh(target, "ready_pull", work) }, node),
    readWords: () => Promise.resolve(null),
    labelPull: (target, number, labels) => labelPull(client, target, { number, labels }),
    readReviews: (target, number) => readReviews(client, target, number),
    readThreads: (target, number) => readThreads(client, target, number),
    replyInThread: (target, reply) => replyInThread(client, target, reply),
    resolveThread: (target, node) =>
      resolveThread(
        { ...client, ask: (work) => client.asNamed(installed(target), "resolve_thread", work) },
        node,
      ),
    answerOnPull: async (target, { pull: issue, ...answer }) => {
      await putComment(client, target, { issue, knownId: null, ...answer });
    },
    readCommitFiles: (target, sha) => readCommitFiles(client, target, sha),
    readChecks: (target, sha, baseBranch) =>
      readChecks({ client, requirements }, target, { sha, baseBranch }),
    failingOn: (target, branch) => failingOn(client, target, branch),
    passedOn: (target, sha, names) => passedOn(client, target, { sha, names }),
    rerunFailed: (target, checks) => rerunFailed(client, target, checks),
    explainFailures: (target, checks) => explainFailures(client, target, checks),
    placeToPush: () => Promise.resolve({ ok: true, fork: null }),
    readReach: (target) => readReach(client, target),
    mintReadToken: (target) => client.mintAlone(target, "read_contents"),
    mintPushToken: (target) => client.mintAlone(target, "push"),
    cloneUrl: (name) => gitUrl(client.url, name),
    branchUrl: (target) => gitUrl(client.url, target),
    deliveriesSince: (sinceMs) => deliveriesSince(client, sinceMs),
    redeliver: (attemptId) => redeliver(client, attemptId),
    counted: countCalls,
    botIdentity: identity,
  };
}
