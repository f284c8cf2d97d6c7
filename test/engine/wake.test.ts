import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { createBell } from "../../src/engine/wake/wake.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test("a night of waits that nothing woke leaves nothing behind", async () => {
  const bell = createBell();
  const before = heapUsed();
  for (let look = 0; look < 20_000; look += 1) {
    const over = new AbortController();
    const wait = bell.next(bell.rings(), over.signal);
    over.abort("over"); // a reason of our own, for an error each would be slow
    await wait;
  }

  expect(heapUsed() - before).toBeLessThan(2_000_000);
  expect(bell.rings()).toBe(0); // still there, with whatever it keeps
});

test("one ring wakes everybody who waits, and nobody who comes later", async () => {
  const bell = createBell();
  const { signal } = new AbortController();
  const [first, second] = [bell.next(0, signal), bell.next(0, signal)];
  bell.ring();
  await Promise.all([first, second]);

  const late = bell.next(bell.rings(), signal).then(() => "woken");
  expect(await Promise.race([late, new Promise((resolve) => setImmediate(resolve, "asleep"))])).toBe(
    "asleep",
  );
  await bell.next(0, signal); // what rang since then is not missed
});
