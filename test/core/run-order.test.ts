import { expect, test } from "@jest/globals";
import { parseRunOrder, readRunOrders } from "../../src/core/run-order.ts";

test.each([
  ["a repository", "octo/widget", { owner: "octo", repo: "widget", issue: null, task: null }],
  ["an issue", "octo/widget#7", { owner: "octo", repo: "widget", issue: 7, task: null }],
  [
    "a task",
    " octo/widget  Add a thing ",
    { owner: "octo", repo: "widget", issue: null, task: "Add a thing" },
  ],
  [
    "an issue with words",
    "octo/widget#7 only the docs",
    { owner: "octo", repo: "widget", issue: 7, task: "only the docs" },
  ],
  ["a path", "../../etc/passwd", null],
  ["a bare name", "widget", null],
])("%s is read", (_what, text, order) => expect(parseRunOrder(text)).toEqual(order));

test("a file holds an order a line, and says which line is none", () => {
  expect(readRunOrders("# mine\n\nocto/widget#7\r\nnonsense\n")).toEqual({
    orders: [{ owner: "octo", repo: "widget", issue: 7, task: null }],
    wrong: [{ line: 4, text: "nonsense" }],
  });
});
