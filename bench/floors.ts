import { spawn } from "node:child_process";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { bareCodex, bareCodexRequest } from "./bare-codex.ts";
import { type Percentiles, percentiles, timed } from "./percentiles.ts";

const FLOORS = { fsync, spawnTrue, nodeStart, httpRoundTrip, bareCodex, bareCodexRequest };
export type FloorName = keyof typeof FLOORS;
export type Floors = Readonly<Record<FloorName, () => Promise<Percentiles>>>;

/** What the machine itself takes, in milliseconds; each is measured once, when first asked for. */
export function measureFloors({ dir, quick }: { dir: string; quick: boolean }): Floors {
  const known = new Map<FloorName, Promise<Percentiles>>();
  function once(name: FloorName): Promise<Percentiles> {
    const measuring = known.get(name) ?? FLOORS[name]({ dir, times: quick ? 5 : 20 });
    known.set(name, measuring);
    return measuring;
  }
  const names = Object.keys(FLOORS) as FloorName[];
  return Object.fromEntries(names.map((name) => [name, () => once(name)])) as Floors;
}

type Order = { dir: string; times: number };

/** 4 kB at the end of a file, and on to the disk. */
async function fsync({ dir, times }: Order): Promise<Percentiles> {
  const file = openSync(join(dir, "fsync"), "w");
  const page = Buffer.alloc(4_096, 1);
  const taken = await timed(times * 20, async () => {
    writeSync(file, page);
    fsyncSync(file);
  });
  closeSync(file);
  return percentiles(taken);
}

async function spawnTrue({ times }: Order): Promise<Percentiles> {
  return percentiles(await timed(times * 2, () => ended("/bin/true", [])));
}

async function nodeStart({ times }: Order): Promise<Percentiles> {
  return percentiles(await timed(times, () => ended(process.execPath, ["-e", "0"])));
}

/** Starts a program and waits for its end. */
export function ended(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "ignore" });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}`));
    });
  });
}

/** A POST of 12 kB that is read and answered, client and server in one process as in the webhook's measurement. */
async function httpRoundTrip({ times }: Order): Promise<Percentiles> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => response.end("ok"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const body = "x".repeat(12_000);
  const taken = await timed(times * 20, async () => (await fetch(url, { method: "POST", body })).text());
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  return percentiles(taken);
}
