import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pino from "pino";
import { createForkPort, type PersonPort } from "../../../src/github/fork/create-fork-port.ts";
import type { Target } from "../../../src/jobs/ports.ts";
import { type Installed, installed } from "../port/installed.ts";

let at: Installed;
let port: PersonPort;
let target: Target;
beforeAll(async () => {
  at = await installed({ ci: { enabled: false } });
  const { token } = at.hub.github.addUser("olga", { scopes: ["public_repo"] });
  const { apiUrl, url } = at.hub.github;
  const log = pino({ level: "silent" });
  port = createForkPort({ token, forkOwner: null, apiUrl, url, log, throttled: false, pauseMs: 5 });
  target = { ...at.target, installationId: null };
});
afterAll(async () => {
  await at.hub.stop();
  expect(at.hub.problems).toEqual([]);
});

async function asked<T>(work: () => Promise<T>): Promise<{ result: T; statuses: number[] }> {
  const before = at.hub.github.calls().length;
  const result = await work();
  return {
    result,
    statuses: at.hub.github
      .calls()
      .slice(before)
      .map(({ status }) => status),
  };
}

test("what has not changed is asked for on condition, and answered from what is known", async () => {
  const { body } = await at.owner("POST /repos/octo/hello/issues", { title: "Add X", body: "please" });
  const issue = Number((body as { number: number }).number);

  const first = await asked(() => port.readIssue(target, issue));
  const second = await asked(() => port.readIssue(target, issue));
  await at.owner(`PATCH /repos/octo/hello/issues/${issue}`, { title: "Add Y" });
  const third = await asked(() => port.readIssue(target, issue));

  expect([first, second, third].map(({ statuses }) => statuses)).toEqual([[200], [304], [200]]);
  expect(second.result).toEqual(first.result);
  expect(third.result?.title).toBe("Add Y");
});
