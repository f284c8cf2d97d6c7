// What GitHub answers word for word where the local GitHub has no occasion to: octokit, our fetch and our kinds of errors read it.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import nock from "nock";
import pino from "pino";
import { newOctokit } from "../../../src/github/client/octokit.ts";
import { createQuiet } from "../../../src/github/client/quiet.ts";

const API = "https://api.github.com";
const NOW = Date.parse("2026-01-01T00:00:00Z");
const JSON_UTF8 = { "content-type": "application/json; charset=utf-8" };

beforeAll(() => {
  if (!nock.isActive()) nock.activate();
});
// The next suite of this process speaks to servers of its own.
afterAll(() => nock.restore());

async function failureAfter(status: number, body: string, headers: Record<string, string>): Promise<unknown> {
  nock(API).get("/repos/octo/hello").reply(status, body, headers);
  const options = {
    apiUrl: API,
    log: pino({ level: "silent" }),
    requestTimeoutMs: 5_000,
    throttled: false,
    quiet: createQuiet(() => NOW),
    now: () => NOW,
    onAnswer: () => undefined,
  };
  const octokit = newOctokit(options, { token: "ghs_exact" }, "token");
  return octokit
    .request("GET /repos/{owner}/{repo}", { owner: "octo", repo: "hello" })
    .catch((error) => error);
}

test.each([
  [
    "the page that GitHub shows when it is down",
    502,
    "<!DOCTYPE html><html><head><title>Unicorn! · GitHub</title></head></html>",
    { "content-type": "text/html" },
    { kind: "unavailable", status: 502, afterMs: null },
  ],
  [
    "a secondary limit",
    403,
    '{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again.","documentation_url":"https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}',
    { ...JSON_UTF8, "retry-after": "60" },
    { kind: "rate_limited", status: 403, afterMs: 60_000 },
  ],
  [
    "an organisation that asks for single sign-on",
    403,
    '{"message":"Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization."}',
    { ...JSON_UTF8, "x-github-sso": "required; url=https://github.com/orgs/octo/sso" },
    { kind: "forbidden", status: 403, afterMs: null },
  ],
  [
    "a repository that was taken down",
    451,
    '{"message":"Repository access blocked","block":{"reason":"dmca","created_at":"2026-01-01T00:00:00Z"}}',
    JSON_UTF8,
    { kind: "other", status: 451, afterMs: null },
  ],
  [
    "an error that is cut off in the middle",
    500,
    '{"message":"Server Er',
    JSON_UTF8,
    { kind: "unavailable", status: 500, afterMs: null },
  ],
])("%s is read as what it is", async (_title, status, body, headers, expected) => {
  expect(await failureAfter(status, body, headers)).toMatchObject(expected);
});
