import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Cuts connections that do not bring a whole request head in time; Node itself looks only every half minute. */
export function cutSlowHeads(server: Server, timeoutMs: number): void {
  const waiting = new Map<Socket, NodeJS.Timeout>();
  function wait(socket: Socket): void {
    clearTimeout(waiting.get(socket));
    waiting.set(
      socket,
      setTimeout(() => socket.destroy(), timeoutMs),
    );
  }
  function stop(socket: Socket): void {
    clearTimeout(waiting.get(socket));
    waiting.delete(socket);
  }
  server.on("connection", (socket: Socket) => {
    wait(socket);
    socket.once("close", () => stop(socket));
  });
  server.on("request", ({ socket }, response) => {
    stop(socket);
    // Then the next request on the same connection has its time.
    response.once("finish", () => {
      if (!socket.destroyed) wait(socket);
    });
  });
}
