import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, formatDay } from "../src/index.js";

test("formatDay gives the day in UTC", () => {
  assert.equal(formatDay(new Date("2026-03-01T23:59:59Z")), "2026-03-01");
});

test("addDays crosses the end of a month", () => {
  assert.equal(formatDay(addDays(new Date("2026-02-28T12:00:00Z"), 1)), "2026-03-01");
});
