#!/usr/bin/env node
// cli: argv to actions and processes, their answers to the terminal; nothing else.
// Plain JavaScript: where what was compiled before lies ready, Node does not even load its TypeScript compiler,
// which spares every process 30 MB and `--help` half its time.
import module from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

const OLDEST = [22, 20];

if (isTooOld(process.versions.node)) {
  process.stderr.write(
    `agentpr needs Node ${OLDEST.join(".")} or newer, and this is ${process.version}. ` +
      "`npx agentpr` and the npm scripts bring a Node that fits.\n",
  );
  process.exit(4);
}

// Left to itself, V8 keeps 16 MB more for young objects than these processes ever need, and 2 MB for the code of its
// middle compiler; they wait more than they compute.
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--no-maglev");
// Beside the packages and not in the temporary folder that all users share: what lies there is run. After the flags, for
// what was compiled under others does not count.
const beside = join(import.meta.dirname, "../../node_modules/.cache/agentpr");
module.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? beside);

// Whoever read along has seen enough, as `head` has, and left: what it had come to stands, and nobody is told any more.
process.stdout.on("error", (error) => {
  if (Reflect.get(error, "code") !== "EPIPE") throw error;
  process.exit(process.exitCode ?? 1);
});

// Everything heavy is imported by the command that needs it, so that --help answers at once.
const { runCli } = await import("./run-cli.ts");
// What failed to start may have left something open; what has ended is over.
process.exit(await runCli(process.argv.slice(2)));

/** @param {string} version */
function isTooOld(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
