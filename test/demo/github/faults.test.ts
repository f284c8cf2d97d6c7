import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import {
  type Call,
  type CheckedGitHub,
  startCheckedGitHub,
  valueAt,
} from "../../support/openapi-local-github.ts";

jest.setTimeout(60_000);

let hub: CheckedGitHub;
let owner: Call;
const ISSUES = "/repos/{owner}/{repo}/issues";
const LINE = "POST /repos/octo/hello/issues";

beforeAll(async () => {
  hub = await startCheckedGitHub();
  owner = hub.as(hub.github.addUser("octo").token);
  await hub.github.addRepository({ owner: "octo", name: "hello" });
});

afterAll(async () => {
  await hub.stop();
  expect(hub.problems).toEqual([]);
});

async function countTitled(title: string): Promise<number> {
  const { body } = await owner("GET /repos/octo/hello/issues?per_page=100");
  return (body as { title: string }[]).filter((issue) => issue.title === title).length;
}

test.each([
  ["500-before", 500, 0],
  ["502-after-write", 502, 1],
  ["403-secondary", 403, 0],
  ["429", 429, 0],
] as const)("%s answers %i and leaves %i issues", async (kind, status, left) => {
  hub.github.faults.add({ method: "POST", route: ISSUES, kind });

  const spoilt = await owner(LINE, { title: kind });
  const count = await countTitled(kind);

  expect([spoilt.status, count]).toEqual([status, left]);
  expect((await owner(LINE, { title: kind })).status).toBe(201);
});

test("limits say when to come back", async () => {
  hub.github.faults.add({ method: "POST", route: ISSUES, kind: "403-secondary", retryAfterSeconds: 3 });

  const limited = await owner(LINE, { title: "limited" });

  expect(limited.headers.get("retry-after")).toBe("3");
  expect(valueAt(limited.body, "message")).toMatch(/secondary rate limit/);
});

test.each([
  ["close-connection", 0],
  ["close-after-write", 1],
] as const)("%s cuts the line and leaves %i issues", async (kind, left) => {
  hub.github.faults.add({ method: "POST", route: ISSUES, kind });

  await expect(owner(LINE, { title: kind })).rejects.toThrow();

  expect(await countTitled(kind)).toBe(left);
});

test("a delay only delays, and faults end after the times given", async () => {
  hub.github.faults.add({ method: "GET", route: "*", kind: "delay", ms: 120 });
  hub.github.faults.add({ method: "GET", route: ISSUES, kind: "500-before", times: 2 });
  const started = performance.now();

  const statuses: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) statuses.push((await owner("GET /repos/octo/hello/issues")).status);

  expect(performance.now() - started).toBeGreaterThanOrEqual(110);
  expect(statuses).toEqual([200, 500, 500, 200]);
});
