import type { Db } from "../../database/connect.ts";
import { type Delivery, insertDelivery } from "../../database/inbox.ts";
import { enqueue } from "../../engine/enqueue.ts";
import type { World } from "../../engine/world.ts";
import { digestOf } from "../facts/digest.ts";

export type DeliveryStore = {
  /** Remembers a delivery and the job to process it, both or neither; false when it is known already. */
  remember(delivery: Delivery): Promise<boolean>;
};

type Waiting = {
  delivery: Delivery;
  resolve: (isNew: boolean) => void;
  reject: (error: unknown) => void;
};

const MOST_TOGETHER = 64;

/** Deliveries that arrive while others are being written share the next transaction: one sync to disk for all of them. */
export function createDeliveryStore(world: World): DeliveryStore {
  const waiting: Waiting[] = [];
  let writing = false;
  async function writeAll(): Promise<void> {
    writing = true;
    while (waiting.length > 0) await writeTogether(world, waiting.splice(0, MOST_TOGETHER));
    writing = false;
  }
  return {
    remember: (delivery) =>
      new Promise((resolve, reject) => {
        waiting.push({ delivery, resolve, reject });
        if (!writing) void writeAll();
      }),
  };
}

async function writeTogether(world: World, batch: readonly Waiting[]): Promise<void> {
  try {
    const fresh = await world.database.transaction((trx) => insertAll(world, trx, batch));
    for (const [index, { resolve }] of batch.entries()) resolve(fresh[index] ?? false);
  } catch (error) {
    if (batch.length === 1) batch[0]?.reject(error);
    // One that cannot be stored must not take the others with it.
    else for (const one of batch) await writeTogether(world, [one]);
  }
}

async function insertAll(world: World, trx: Db, batch: readonly Waiting[]): Promise<boolean[]> {
  const fresh: boolean[] = [];
  for (const { delivery } of batch) fresh.push(await insertOne(world, trx, delivery));
  return fresh;
}

async function insertOne(world: World, trx: Db, delivery: Delivery): Promise<boolean> {
  if (!(await insertDelivery(world.database, trx, delivery))) return false;
  const { guid } = delivery;
  // The job is signed and its payload names what was delivered: a row that somebody wrote into the inbox commands nothing.
  const payload = { guid, digest: digestOf(delivery) };
  await enqueue(world, trx, { kind: "receive", runId: null, payload, key: `receive:${guid}`, once: "ever" });
  return true;
}
