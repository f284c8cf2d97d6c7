import { once } from "node:events";
import { createServer } from "node:net";
import { messageOf, Problem } from "../core/problem.ts";

/** Refuses a port that somebody else has before anything is started for it. 0 stands for any free one. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, "listening");
  } catch (error) {
    throw unusable(`${host}:${port}`, error);
  }
  probe.close();
  await once(probe, "close");
}

function unusable(address: string, error: unknown): Problem {
  const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
  return new Problem(
    `Nothing can listen on ${address}`,
    isTaken ? "another program listens there already" : messageOf(error),
    "Set PORT or HOST to another one, or stop that program",
  );
}
