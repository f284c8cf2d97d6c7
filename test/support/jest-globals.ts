// What suites import as "@jest/globals": that package gives nothing outside Jest's own module loader.
type Globals = typeof import("@jest/globals");
type Provided = Pick<
  Globals,
  "afterAll" | "afterEach" | "beforeAll" | "beforeEach" | "describe" | "expect" | "test"
>;

// Each suite has its own; importers see what is bound now.
export let afterAll: Provided["afterAll"];
export let afterEach: Provided["afterEach"];
export let beforeAll: Provided["beforeAll"];
export let beforeEach: Provided["beforeEach"];
export let describe: Provided["describe"];
export let expect: Provided["expect"];
export let test: Provided["test"];

export function provideGlobals(globals: Provided): void {
  ({ afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } = globals);
}

/** Where jest-circus looks for a suite's own time limit when it begins. */
export const TEST_TIMEOUT = Symbol.for("TEST_TIMEOUT_SYMBOL");

export const jest = {
  setTimeout(ms: number): void {
    Reflect.set(globalThis, TEST_TIMEOUT, ms);
  },
};
