// fork: what the jobs ask of GitHub where the app is not installed, with the operator's own token. Reading is the same
// as the app's; what differs is where branches go, who is believed, and that nothing is said upstream but the pull request.

import { roleOfAssociation } from "../../core/role.ts";
import type { ForkPort } from "../../jobs/fork-port.ts";
import type { LentToken } from "../../jobs/ports.ts";
import { countCalls } from "../client/call-count.ts";
import { createTokenClient, type TokenOptions } from "../client/token-client.ts";
import { createRequirements } from "../port/check-requirements.ts";
import { readCommitFiles } from "../port/commit-files.ts";
import { explainFailures } from "../port/explain-failures.ts";
import { gitUrl } from "../port/git-url.ts";
import { readIssue } from "../port/issue.ts";
import { failingOn, passedOn } from "../port/other-results.ts";
import { closePull, readPull } from "../port/pull.ts";
import { lookAt } from "../port/reach.ts";
import { readChecks } from "../port/read-checks.ts";
import { readyPull } from "../port/ready-pull.ts";
import { readReviews } from "../port/reviews.ts";
import { createSettingsReader } from "../port/settings-file.ts";
import { readThreads, replyInThread, resolveThread } from "../port/threads.ts";
import { type Account, createAccount } from "./account.ts";
import { answerOnPull } from "./answer-on-pull.ts";
import { offerPull } from "./offer-pull.ts";
import { placeToPush } from "./place-to-push.ts";
import { readNews } from "./read-news.ts";
import { readWords } from "./read-words.ts";
import { findOwnPull } from "./related-pull.ts";
import { findRepository } from "./repository.ts";

export type ForkOptions = TokenOptions & {
  /** The account or organisation that holds the forks; without it, the token's own. */
  forkOwner: string | null;
  /** How long to wait between two looks for a fork that is being made. */
  pauseMs?: number;
};

export type PersonPort = ForkPort & {
  account(): Promise<Account>;
  findOwnPull(target: Parameters<ForkPort["readIssue"]>[0], issue: number): Promise<string | null>;
};

export function createForkPort(options: ForkOptions): PersonPort {
  const client = createTokenClient(options);
  const requirements = createRequirements(client);
  const account = createAccount(client);
  const lent: LentToken = { token: options.token, revoke: () => Promise.resolve(), revokeUrl: null };
  const means = { client, account, forkOwner: options.forkOwner, pauseMs: options.pauseMs ?? 2_000 };
  return {
    account,
    findRepository: (name, signal) => findRepository(client, name, signal),
    findOwnPull: (target, issue) => findOwnPull(means, target, { issue, except: null }),
    roleOf: (_target, _login, association) => Promise.resolve(roleOfAssociation(association)),
    readIssue: (target, number) => readIssue(client, target, number),
    react: () => Promise.resolve(),
    putComment: () => Promise.reject(silent("comments")),
    putCheckRun: () => Promise.reject(silent("check runs")),
    readPull: (target, number) => readPull(client, target, number),
    createPull: (target, pull) => offerPull(means, target, pull),
    closePull: (target, number) => closePull(client, target, number),
    readyPull: (target, node) =>
      readyPull({ ...client, ask: (work) => client.as(target, "ready_pull", work) }, node),
    // Upstream only its own people may label.
    labelPull: () => Promise.resolve(),
    readReviews: (target, number) => readReviews(client, target, number),
    readThreads: (target, number) => readThreads(client, target, number),
    replyInThread: (target, reply) => replyInThread(client, target, reply),
    resolveThread: (target, node) =>
      resolveThread({ ...client, ask: (work) => client.as(target, "resolve_thread", work) }, node),
    answerOnPull: async (target, answer) =>
      answerOnPull(client, target, { ...answer, own: (await account()).login }),
    readCommitFiles: (target, sha) => readCommitFiles(client, target, sha),
    readWords: (target, number) => readWords(client, target, number),
    readChecks: (target, sha, baseBranch) =>
      readChecks({ client, requirements }, target, { sha, baseBranch }),
    failingOn: (target, branch) => failingOn(client, target, branch),
    passedOn: (target, sha, names) => passedOn(client, target, { sha, names }),
    rerunFailed: () => Promise.resolve(false),
    explainFailures: (target, checks) => explainFailures(client, target, checks),
    placeToPush: (target, base, signal) => placeToPush(means, target, { ...base, signal }),
    readReach: (target) => lookAt(client.octokit, target),
    mintReadToken: () => Promise.resolve(lent),
    mintPushToken: () => Promise.resolve(lent),
    cloneUrl: (name) => gitUrl(client.url, name),
    branchUrl: (target) => gitUrl(client.url, target.fork ?? target),
    readSettings: createSettingsReader((target, work) => client.as(target, "read_settings", work)),
    deliveriesSince: () => Promise.resolve([]),
    redeliver: () => Promise.reject(new Error("nothing is delivered where the app is not installed")),
    counted: countCalls,
    botIdentity: async () => (await account()).identity,
    readNews: (pulls) => readNews(client, pulls),
  };
}

function silent(what: string): Error {
  return new Error(`no ${what} are written where the app is not installed`);
}
