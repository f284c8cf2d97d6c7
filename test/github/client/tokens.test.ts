import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { createTokenCache } from "../../../src/github/client/tokens.ts";
import type { Target } from "../../../src/jobs/ports.ts";

const HOUR_MS = 3_600_000;

function target(installationId: number): Target {
  return { owner: `owner-${installationId}`, repo: "place", repositoryId: installationId, installationId };
}

/** A cache whose tokens live for an hour by a clock that only the test moves. */
function tokensOf({ most }: { most: number }) {
  const clock = { now: 0 };
  const minted: (number | null)[] = [];
  const cache = createTokenCache({
    most,
    now: () => clock.now,
    mint: async ({ installationId }) => {
      minted.push(installationId);
      return { token: `t-${minted.length}`, expiresAt: clock.now + HOUR_MS };
    },
    make: ({ token }) => ({ token }),
  });
  return { clock, minted, use: (installationId: number) => cache.get(target(installationId), "comment") };
}

test("of a hundred installations only so many tokens are kept, those that were used last", async () => {
  const { use, minted } = tokensOf({ most: 10 });
  for (let installation = 1; installation <= 100; installation += 1) {
    await use(installation);
    await use(1); // somebody's token that is used all the time
  }

  minted.length = 0;
  for (const installation of [1, 92, 100]) await use(installation);
  expect(minted).toEqual([]);
  await use(91);
  expect(minted).toEqual([91]);
});

test("what was made of a token is let go when its time is over, though nobody asks for it again", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const { use, clock } = tokensOf({ most: 1_000 });
  const made = await Promise.all([1, 2, 3].map(async (each) => new WeakRef(await use(each))));
  const left = () => made.filter((each) => each.deref() !== undefined).length;
  expect(left()).toBe(3);

  clock.now += HOUR_MS;
  await use(4);
  for (let tries = 0; left() > 0 && tries < 20; tries += 1) {
    await new Promise(setImmediate);
    collect();
  }
  expect(left()).toBe(0);
});
