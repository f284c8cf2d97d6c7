import { expect, test } from "@jest/globals";
import type { Exchange } from "../../../demo/github/http/exchange.ts";
import { ROUTES } from "../../../demo/github/routes/route-table.ts";
import { createOpenApi } from "../../support/openapi.ts";
import { strayed } from "../../support/shared-door.ts";

const openapi = createOpenApi();
const EXCHANGE: Exchange = {
  at: "2026-01-01T00:00:00Z",
  method: "POST",
  template: "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
  path: "/repos/octo/hello/issues/comments/1/reactions",
  status: 201,
  actor: "installation",
  login: "agentpr[bot]",
  category: "creation",
  requestHeaders: {},
  requestBody: { content: "eyes" },
  responseHeaders: {},
  responseBody: { id: 1, node_id: "x", user: null, content: "eyes", created_at: "2026-01-01T00:00:00Z" },
  faulty: false,
};

test("what the description allows has no problems", () => {
  expect(openapi.problemsOf(EXCHANGE)).toEqual([]);
});

test.each([
  ["a missing field", { responseBody: { id: 1 } }],
  ["a wrong type", { responseBody: { ...(EXCHANGE.responseBody as object), id: "1" } }],
  [
    "a value outside the enumeration",
    { responseBody: { ...(EXCHANGE.responseBody as object), content: "applause" } },
  ],
  [
    "a time that is none",
    { responseBody: { ...(EXCHANGE.responseBody as object), created_at: "yesterday" } },
  ],
  [
    "null where it is not allowed",
    { responseBody: { ...(EXCHANGE.responseBody as object), created_at: null } },
  ],
  ["a request that should have been refused", { requestBody: { content: "applause" } }],
  ["a status that is not described", { status: 206 }],
  ["an operation that does not exist", { template: "/repos/{owner}/{repo}/nonsense" }],
])("%s is a problem", (_title, change) => {
  expect(openapi.problemsOf({ ...EXCHANGE, ...change })).not.toEqual([]);
});

test("the local GitHub answers nothing that GitHub does not have", () => {
  const invented = ROUTES.filter(({ method, template }) => !openapi.describes(method, template));

  expect(invented.map(({ method, template }) => `${method} ${template}`)).toEqual([]);
});

test("an unknown webhook and one without its fields are problems", () => {
  expect(openapi.problemsOfWebhook("issues", { action: "vanished" })).not.toEqual([]);
  expect(openapi.problemsOfWebhook("issues", { action: "opened" })).not.toEqual([]);
});

test("what a suite has seen is looked at for all suites in one place", async () => {
  const spoilt = { ...EXCHANGE, status: 206 };
  const hooks = [{ event: "issues", payload: { action: "vanished" } }];

  expect(await strayed({ exchanges: [EXCHANGE], hooks: [] })).toEqual([]);
  expect(await strayed({ exchanges: [EXCHANGE, spoilt], hooks })).toHaveLength(2);
});
