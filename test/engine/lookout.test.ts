import { expect, test } from "@jest/globals";
import { createLookout } from "../../src/engine/lookout.ts";

/** Loops that note when they begin to look and when they leave off. */
function stand() {
  const lookout = createLookout();
  const draining = new AbortController();
  const looking: { name: string; end: () => void }[] = [];
  const left: string[] = [];
  const begin = (name: string) => {
    const look = () => new Promise<void>((end) => void looking.push({ name, end }));
    const done = lookout.idle(look, draining.signal).then(() => void left.push(name));
    return done;
  };
  return { lookout, draining, looking, left, begin };
}

test("one looks out, the others sleep until work was found", async () => {
  const { lookout, looking, left, begin } = stand();
  const [first, second] = [begin("a"), begin("b"), begin("c")];
  expect(looking.map(({ name }) => name)).toEqual(["a"]);

  looking[0]?.end();
  await first;
  lookout.foundWork();
  await second;

  expect(left).toEqual(["a", "b"]);
  expect(looking).toHaveLength(1);
});

test("work that is found while another looks out wakes nobody", async () => {
  const { lookout, looking, left, begin } = stand();
  const first = begin("a");
  void begin("b");

  lookout.foundWork();
  looking[0]?.end();
  await first;

  expect(left).toEqual(["a"]);
});

test("a look that fails leaves the place to the next", async () => {
  const { lookout, draining, looking, begin } = stand();
  await expect(lookout.idle(() => Promise.reject(new Error("no database")), draining.signal)).rejects.toThrow(
    "no database",
  );

  void begin("b");

  expect(looking.map(({ name }) => name)).toEqual(["b"]);
});

test("a drain ends every sleep", async () => {
  const { draining, looking, left, begin } = stand();
  const [first, ...others] = [begin("a"), begin("b"), begin("c")];

  draining.abort();
  await Promise.all(others);
  looking[0]?.end();
  await first;

  expect(left.sort()).toEqual(["a", "b", "c"]);
});
