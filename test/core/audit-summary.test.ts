import { expect, test } from "@jest/globals";
import { summariseAudit } from "../../src/core/audit-summary.ts";

const TO = new Date("2026-01-01T12:00:00.000Z");
const FROM = new Date("2026-01-01T11:00:00.000Z");
const NO_LIMITS = { failOnRetryable: null, failOn5xxRate: null };

function line(status_code: number, outcome: string, ts = "2026-01-01T11:30:00.000Z"): string {
  return JSON.stringify({ ts, method: "POST", status_code, outcome });
}

const LINES = [
  line(202, "Taken in."),
  line(202, "Taken in."),
  line(401, "The signature does not fit."),
  line(503, "The database does not answer; deliver again."),
  line(202, "Taken in.", "2026-01-01T10:59:59.000Z"),
  "{ nonsense",
  '{"ts":"yesterday","status_code":200}',
];

test("only the window counts, and what is no line is counted as such", () => {
  expect(summariseAudit(LINES, { from: FROM, to: TO }, NO_LIMITS)).toEqual({
    ok: true,
    window_start: FROM.toISOString(),
    window_end: TO.toISOString(),
    total_lines_read: 7,
    parse_errors: 2,
    considered_entries: 4,
    outcome_counts: {
      "Taken in.": 2,
      "The signature does not fit.": 1,
      "The database does not answer; deliver again.": 1,
    },
    status_code_counts: { 202: 2, 401: 1, 503: 1 },
    retryable_failures: 1,
    http_5xx_count: 1,
    http_5xx_rate_pct: 25,
    top_errors: [
      { error: "The signature does not fit.", count: 1 },
      { error: "The database does not answer; deliver again.", count: 1 },
    ],
    alerts: [],
  });
});

test.each([
  ["as many as allowed", { failOnRetryable: 1, failOn5xxRate: 25 }, []],
  [
    "one more than allowed",
    { failOnRetryable: 0, failOn5xxRate: 24.9 },
    ["retryable_failures_exceeded:1>0", "http_5xx_rate_exceeded:25>24.9"],
  ],
])("%s", (_title, limits, alerts) => {
  expect(summariseAudit(LINES, { from: FROM, to: TO }, limits)).toMatchObject({
    ok: alerts.length === 0,
    alerts,
  });
});

test("no request at all is no failure", () => {
  expect(summariseAudit([], { from: FROM, to: TO }, { failOnRetryable: 0, failOn5xxRate: 0 })).toMatchObject({
    ok: true,
    http_5xx_rate_pct: 0,
  });
});
