// Runs inside a box that has no network: listens on 127.0.0.1:<port>, joins each connection to a Unix socket that was
// mounted in, and runs the command meanwhile. It stands alone: it is shown to the box as a single file.
// Usage: forward.mts <port> <socket> -- <command> [argument …]
import { spawn } from "node:child_process";
import { connect, createServer, type Socket } from "node:net";
import { constants } from "node:os";

const [port, socketPath, , command, ...args] = process.argv.slice(2);
if (port === undefined || socketPath === undefined || command === undefined) {
  process.stderr.write("forward: expected <port> <socket> -- <command>\n");
  process.exit(2);
}

const server = createServer((near) => join(near, connect(socketPath)));
server.once("error", (error) => leave(`cannot listen on 127.0.0.1:${port}: ${error.message}`, 2));
server.listen(Number(port), "127.0.0.1", () => run(command, args));

function join(near: Socket, far: Socket): void {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
    from.pipe(to);
  }
}

function run(file: string, rest: string[]): void {
  const child = spawn(file, rest, { stdio: "inherit" });
  child.once("error", (error) => leave(`execvp ${file}: ${error.message}`, 127));
  child.once("exit", (code, signal) =>
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
  );
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
}

function leave(why: string, code: number): void {
  process.stderr.write(`forward: ${why}\n`);
  process.exit(code);
}
