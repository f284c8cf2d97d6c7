import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { PERMISSIONS } from "../../src/github/client/permissions.ts";
import { type Flow, raiseFlow } from "../support/flow.ts";
import { branches, merge, ours, pulls, quiet, review, setStatus, untilOpened } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow({ requiredChecks: ["ci"] });
});
afterAll(() => flow.stop());

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
