/** Jest's environment of suites that run in the worker process itself: none of their own. */
class NoEnvironment {
  /** What Jest would put into a suite's global scope goes nowhere: suites import what they use, and print what they print. */
  readonly global = {};

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {}

  getVmContext(): null {
    return null;
  }
}

// Jest requires this file and takes what is exported for the class.
export { NoEnvironment as "module.exports" };
