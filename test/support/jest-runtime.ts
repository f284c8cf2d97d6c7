// Jest's runtime for suites that run in Node itself, as the program does: Node loads the modules and strips their types.
// A worker process loads the program and its packages once for all its suites, and the modules of test/ for each suite anew.
import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { provideGlobals, TEST_TIMEOUT } from "./jest-globals.ts";

const TESTS = new URL("../", import.meta.url).href;
const GLOBALS = new URL("./jest-globals.ts", import.meta.url).href;
/** What a suite leaves in the global scope, where jest-circus looks when the next one begins. */
const LEFT_BEHIND = [Symbol.for("EVENT_HANDLERS"), TEST_TIMEOUT];

const require = createRequire(import.meta.url);
let suite = 0;

registerHooks({
  resolve(specifier, context, next) {
    const of = context.parentURL?.match(/\?suite=\d+$/)?.[0];
    if (of === undefined) return next(specifier, context);
    if (specifier === "@jest/globals") return next(GLOBALS, context);
    const resolved = next(specifier, context);
    return resolved.url.startsWith(TESTS) ? { ...resolved, url: resolved.url + of } : resolved;
  },
});

/** The part of Jest's runtime that its runner and jest-circus ask for. */
class NodeRuntime {
  readonly #env = { ...process.env };
  readonly #listeners = new Set(process.listeners("message"));

  constructor() {
    suite += 1;
    for (const symbol of LEFT_BEHIND) Reflect.deleteProperty(globalThis, symbol);
  }

  /** jest-circus keeps the tests of one suite; the next one gets another. */
  requireInternalModule(path: string): unknown {
    delete require.cache[path];
    return require(path);
  }

  requireModule(path: string): unknown {
    return require(path);
  }

  setGlobalsForRuntime(globals: Parameters<typeof provideGlobals>[0]): void {
    provideGlobals(globals);
  }

  unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  unstable_importModule(path: string): Promise<unknown> {
    return import(`${pathToFileURL(path).href}?suite=${suite}`);
  }

  getSourceMaps(): Map<string, string> {
    return new Map();
  }

  getAllCoverageInfoCopy(): undefined {}

  enterTestCode(): void {}

  leaveTestCode(): void {}

  /** What a suite puts into the environment ends with it; a worker to whose messages somebody listens would never end. */
  teardown(): void {
    for (const listener of process.listeners("message"))
      if (!this.#listeners.has(listener)) process.off("message", listener);
    for (const name of Object.keys(process.env)) if (!(name in this.#env)) delete process.env[name];
    Object.assign(process.env, this.#env);
  }
}

// Jest requires this file and takes what is exported for the class.
export { NodeRuntime as "module.exports" };
