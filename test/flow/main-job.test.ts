import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { PERMISSIONS } from "../../src/github/client/permissions.ts";
import { type Collector, type SentSpan, startCollector } from "../support/collector.ts";
import { type Flow, greet, OWNER, REPO, raiseFlow } from "../support/flow.ts";
import {
  becomes,
  branches,
  merge,
  ours,
  pulls,
  quiet,
  review,
  setStatus,
  untilOpened,
} from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
  const policy = { prices: { "*": { input: 2, cached_input: 1, output: 4 } } };
  flow = await raiseFlow({ requiredChecks: ["ci"], collector: collector.url, policy });
  flow.plan.now = (spec) => ({ ...greet(spec), tokens: 500 });
});
afterAll(async () => {
  await flow.stop();
  await collector.stop();
});

test("from an issue to a merged pull request, with a red check and a reviewer's wish on the way", async () => {
  const talk = await untilOpened(flow);
  const first = await talk.is("CI_WAIT");

  await setStatus(flow, first.publishedSha ?? "", "failure");
  const fixed = await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
  await setStatus(flow, fixed.publishedSha ?? "", "success");
  await talk.is("REVIEW_WAIT");
  await review(flow, talk.pr, "REQUEST_CHANGES");
  const answered = await talk.is("CI_WAIT", ({ iterations }) => iterations === 2);
  await setStatus(flow, answered.publishedSha ?? "", "success");
  await talk.is("REVIEW_WAIT");
  await review(flow, talk.pr, "APPROVE");
  await merge(flow, talk.pr);

  const done = await talk.is("DONE");
  expect(done).toMatchObject({ attempts: 3, prOpen: false });
  expect(await pulls(flow)).toHaveLength(1);
  expect(Object.keys(branches(flow))).toEqual([done.branch, "main"]);
  expect(await ours(flow, talk.issue, "sticky")).toHaveLength(1);
});

type Mint = {
  asked: { repository_ids?: number[]; repositories?: string[]; permissions: Record<string, string> };
  given: { token: string; permissions: Record<string, string>; repositories: { name: string }[] };
};

function mints(): Mint[] {
  return flow.exchanges
    .filter(({ category, status }) => category === "mint" && status === 201)
    .map(({ requestBody, responseBody }) => ({ asked: requestBody, given: responseBody }) as Mint);
}

function tokensOf(which: (exchange: Flow["exchanges"][number]) => boolean): (string | undefined)[] {
  return flow.exchanges
    .filter(which)
    .map(({ requestHeaders }) => requestHeaders.authorization?.split(" ")[1]);
}

test("on the way every token was for one repository and one purpose", () => {
  const known = Object.values(PERMISSIONS).map((permissions) => JSON.stringify(permissions));

  expect(mints().length).toBeGreaterThan(10);
  for (const { asked, given } of mints()) {
    expect([...(asked.repository_ids ?? []), ...(asked.repositories ?? [])]).toHaveLength(1);
    expect(known).toContain(JSON.stringify(asked.permissions));
    expect(given.permissions).toEqual({ metadata: "read", ...asked.permissions });
    expect(given.repositories).toMatchObject([{ name: "greeter" }]);
  }
});

test("a token that may write contents was minted for each push alone, and every one that touched git was taken back", async () => {
  await quiet(flow);
  const revoked = tokensOf(({ template, status }) => template === "/installation/token" && status === 204);
  const forFiles = tokensOf(({ template }) => template === "/repos/{owner}/{repo}/contents/{path}");
  const forGit = mints().filter(
    ({ given }) => given.permissions.contents && !given.permissions.checks && !forFiles.includes(given.token),
  );
  const pushing = forGit.filter(({ given }) => given.permissions.contents === "write");

  expect(forGit.map(({ given }) => given.token).filter((token) => !revoked.includes(token))).toEqual([]);
  // The first change, which is only read back when it is opened, and the two fixes.
  expect(pushing).toHaveLength(3);
  const tokens = [...flow.github.store.tokens.values()];
  expect(
    tokens.filter((token) => token.kind === "installation" && token.permissions.contents === "write"),
  ).toEqual([]);
});

test("a collector was told of it as one trace: the run, its three attempts with their stages, and the work on GitHub", async () => {
  const spans = await becomes("the whole trace", async () => {
    const told = collector.spans;
    return named(told, "run").length > 0 && named(told, "attempt").length === 3 && told;
  });
  const [run] = named(spans, "run");
  const attempts = named(spans, "attempt");

  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(named(spans, "run")).toHaveLength(1);
  expect(run?.parentSpanId).toBeUndefined();
  expect(run?.attributes).toMatchObject({
    "agentpr.repository": `${OWNER}/${REPO}`,
    "agentpr.run.state": "DONE",
    "agentpr.run.attempts": 3,
  });
  for (const name of ["decide", "settle", "open_pr", "publish", "sync", "report"])
    for (const span of named(spans, name))
      expect(span).toMatchObject({ parentSpanId: run?.spanId, service: "agentpr-app" });
  expect(named(spans, "publish").length).toBeGreaterThan(0);
  expect(attempts.map(({ attributes }) => attributes["agentpr.attempt.number"])).toEqual([1, 2, 3]);
  for (const attempt of attempts) {
    expect(attempt).toMatchObject({ parentSpanId: run?.spanId, service: "agentpr-runner" });
    expect(attempt.attributes).toMatchObject({ "agentpr.grade": "PASS" });
    const stages = spans.filter(({ parentSpanId }) => parentSpanId === attempt.spanId);
    expect(stages.map(({ name }) => name)).toEqual(["provision", "invoke_agent codex", "verify", "seal"]);
    expect(stages[1]?.attributes).toMatchObject({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "codex",
      "gen_ai.provider.name": "openai",
      "gen_ai.conversation.id": "thread-of-the-script",
      "gen_ai.usage.input_tokens": 500,
      "gen_ai.usage.output_tokens": 0,
      "agentpr.cost_usd": 0.001,
    });
  }
});

test("no span holds a secret, or words that somebody wrote", () => {
  const wire = collector.wire.join("");
  const secrets = [...flow.github.store.tokens.keys(), flow.github.app.webhookSecret];

  expect(wire.length).toBeGreaterThan(1_000);
  for (const words of [...secrets, "Greet more", "Please."]) expect(wire).not.toContain(words);
});

function named(spans: readonly SentSpan[], name: string): SentSpan[] {
  return spans.filter((span) => span.name === name);
}
