import { expect, test } from "@jest/globals";
import { type DeliveryAttempt, missedDeliveries } from "../../src/core/redelivery.ts";

type Row = Partial<DeliveryAttempt> & Pick<DeliveryAttempt, "id" | "statusCode">;

function attempts(...rows: Row[]): DeliveryAttempt[] {
  return rows.map((row) => ({ guid: "g", at: row.id, repositoryId: 7, ...row }));
}

const AGAIN = { guid: "g", attemptId: 1, repositoryId: 7, remedy: "again" };

test.each<[string, DeliveryAttempt[], unknown[]]>([
  ["nothing was delivered", [], []],
  ["it arrived", attempts({ id: 1, statusCode: 202 }), []],
  ["the app was away", attempts({ id: 1, statusCode: 502 }), [AGAIN]],
  ["nobody answered at all", attempts({ id: 1, statusCode: 0 }), [AGAIN]],
  ["it is still under way", attempts({ id: 3, statusCode: 0 }), []],
  [
    "it failed and was delivered again since",
    attempts({ id: 2, statusCode: 200 }, { id: 1, statusCode: 502 }),
    [],
  ],
  [
    "the newest attempt failed, in whatever order they are listed",
    attempts({ id: 1, statusCode: 200 }, { id: 2, statusCode: 500 }),
    [{ ...AGAIN, attemptId: 2 }],
  ],
  ["it was too large to be read", attempts({ id: 1, statusCode: 413 }), [{ ...AGAIN, remedy: "look" }]],
  [
    "it has been tried often enough",
    attempts(...[1, 2, 3, 4, 5, 6].map((id) => ({ id, statusCode: 500 }))),
    [],
  ],
  [
    "two things failed: that which happened first comes first, in whatever order they are listed",
    attempts({ id: 2, guid: "h", repositoryId: null, statusCode: 500 }, { id: 1, statusCode: 500 }),
    [AGAIN, { guid: "h", attemptId: 2, repositoryId: null, remedy: "again" }],
  ],
])("%s", (_case, tried, expected) => {
  expect(missedDeliveries(tried, { isKnown: () => false, nowMs: 60_002 })).toEqual(expected);
});

test("what we have is not asked for, whatever GitHub heard from us", () => {
  expect(
    missedDeliveries(attempts({ id: 1, statusCode: 502 }), { isKnown: (guid) => guid === "g", nowMs: 9 }),
  ).toEqual([]);
});
