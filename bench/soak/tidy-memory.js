// Loaded into the soak's processes: what nobody needs any more is given back every few seconds, so that what they
// keep in memory is what they hold, and not what V8 has not looked at yet.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const EVERY_MS = 5_000;

// Whatever such a process starts is none of the soak's.
delete process.env.NODE_OPTIONS;
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
setInterval(collect, EVERY_MS).unref();
