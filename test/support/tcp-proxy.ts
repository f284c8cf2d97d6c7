// A line to a server that can be cut as real lines are: nothing is passed on any more, and neither side is told.

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export type Line = {
  port: number;
  /** From now on nothing passes over what is connected; new connections work. */
  cut(): void;
  connected(): number;
  close(): Promise<void>;
};

export async function startLine(port: number): Promise<Line> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const socket of pair) socket.on("error", () => undefined).on("close", () => end(pair));
    near.pipe(far).pipe(near);
  });
  function end(pair: readonly [Socket, Socket]): void {
    pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
      }
    },
    connected: () => pairs.size,
    close: async () => {
      for (const pair of pairs) end(pair);
      await new Promise((done) => server.close(done));
    },
  };
}
