// Runs inside a box that has no network: listens on 127.0.0.1:<port> and joins each connection to a Unix socket that was
// mounted in. It stands alone, shown to the box as a single file, and is plain JavaScript: it starts with every attempt,
// and stripping types would double what that takes.
// Usage: forward.mjs <port> <socket>
import { connect, createServer } from "node:net";

const [port, socketPath] = process.argv.slice(2);
if (port === undefined || socketPath === undefined) leave("expected <port> <socket>");

const server = createServer((near) => join(near, connect(socketPath)));
server.once("error", (error) => leave(`cannot listen on 127.0.0.1:${port}: ${error.message}`));
server.listen(Number(port), "127.0.0.1");

/** @param {import("node:net").Socket} near @param {import("node:net").Socket} far */
function join(near, far) {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ]) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
    from.pipe(to);
  }
}

/** @param {string} why */
function leave(why) {
  process.stderr.write(`forward: ${why}\n`);
  process.exit(2);
}
