import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import pino from "pino";
import { createForkPort, type PersonPort } from "../../../src/github/fork/create-fork-port.ts";
import type { Target } from "../../../src/jobs/ports.ts";
import { valueAt } from "../../support/openapi-local-github.ts";
import { type Installed, installed } from "../port/installed.ts";

jest.setTimeout(60_000);

let at: Installed;
let port: PersonPort;
let target: Target;
let base: string;
let issue: number;
const { signal } = new AbortController();

beforeAll(async () => {
  at = await installed({ ci: { enabled: false } });
  const { token } = at.hub.github.addUser("olga", { scopes: ["public_repo"] });
  const { apiUrl, url } = at.hub.github;
  const log = pino({ level: "silent" });
  port = createForkPort({ token, forkOwner: null, apiUrl, url, log, throttled: false, pauseMs: 5 });
  target = { ...at.target, installationId: null };
  base = await at.push("main", { "a.txt": "a\n" });
  const opened = await at.owner("POST /repos/octo/hello/issues", { title: "Add X", body: "please" });
  issue = Number(valueAt(opened.body, "number"));
});
beforeEach(() => at.hub.github.faults.clear());
afterAll(async () => {
  await at.hub.stop();
  expect(at.hub.problems).toEqual([]);
});

type Kind = { route: string; act: () => Promise<unknown>; made: () => number };

const MARKER = "<!-- agentpr:reply:run_1 -->";
const place = () => port.placeToPush(target, { branch: "main", sha: base }, signal);
const forks = () => [...at.hub.github.store.repositories.values()].filter(({ owner }) => owner === "olga");

/** What is posted with a person's token, other than what the App posts as well. */
const POSTS: Record<string, Kind> = {
  fork: { route: "/repos/{owner}/{repo}/forks", act: place, made: () => forks().length },
  "way to the base commit": {
    route: "/repos/{owner}/{repo}/merge-upstream",
    act: place,
    made: () => forks().filter(({ refs }) => refs.get("refs/heads/main") === base).length,
  },
  "answer on the pull request": {
    route: "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    act: () => port.answerOnPull(target, { pull: issue, marker: MARKER, body: MARKER }),
    made: () => [...at.hub.github.store.comments.values()].filter(({ body }) => body === MARKER).length,
  },
};

test.each(Object.keys(POSTS))("a %s whose answer was lost is there once", async (what) => {
  const { route, act, made } = POSTS[what] as Kind;
  at.hub.github.faults.add({ method: "POST", route, kind: "502-after-write" });

  await expect(act()).rejects.toMatchObject({ kind: "unavailable" });
  await act();
  await act();

  expect(made()).toBe(1);
});
