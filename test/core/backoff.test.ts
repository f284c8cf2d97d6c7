import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { backoffMs } from "../../src/core/backoff.ts";
import { runs } from "../support/proof.ts";

test("the wait before another try grows, never beyond its bounds, and never stands still", () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), chance, (tries, random) => {
      const wait = backoffMs(tries, random);
      expect(wait).toBeGreaterThanOrEqual(250);
      expect(wait).toBeLessThanOrEqual(600_000);
      expect(backoffMs(tries + 1, random)).toBeGreaterThanOrEqual(wait);
    }),
    runs({ quick: 200, full: 10_000 }),
  );
});
