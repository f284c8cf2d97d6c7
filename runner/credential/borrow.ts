// credential: the only one that a runner ever holds, a token that reads one private repository for the length of one fetch.
// The app seals it to this runner's key; it is opened in memory, handed to git by askpass, and taken back.
import { z } from "zod";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { type LentAnswer, takeLent } from "../../src/database/lent-tokens.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { type Lease, waited } from "../../src/engine/lease.ts";
import { type Occasion, type ReaderKey, unseal } from "../../src/engine/sealed-envelope.ts";
import type { World } from "../../src/engine/world.ts";
import { takeBack } from "./take-back.ts";

export type Borrowed = { ok: true; token: string; takeBack(): Promise<void> } | BorrowRefusal;
/** `network`: asking again may help. */
export type BorrowRefusal = { ok: false; kind: "auth" | "network"; why: string };
export type Borrow = (signal: AbortSignal) => Promise<Borrowed>;

export type BorrowOrder = {
  /** This runner's id, and its key where it has one. */
  runner: string;
  key: ReaderKey | undefined;
  spec: Pick<AttemptSpec, "runId" | "clone">;
  lease: Pick<Lease, "claim">;
  /** Done between two looks; a process that is the app as well answers itself. */
  meanwhile?: () => Promise<unknown>;
  patienceMs?: number;
};

/** How long the app may take to answer; it may be starting anew. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 500;

const Lent = z.object({ token: z.string().min(1), revokeUrl: z.url({ protocol: /^https?$/ }).nullable() });

/** Asks the app for a token under the claim that is held, and waits for the answer. */
export function borrower(world: World, order: BorrowOrder): Borrow {
  return async (signal) => {
    const { key } = order;
    if (key === undefined) return refused("this runner has no key that a credential could be sealed to");
    await ask(world, order);
    const answer = await untilAnswered(world, order, signal);
    if (answer === null)
      return { ...refused("the app did not answer in time: is it running?"), kind: "network" };
    return "refusal" in answer ? refused(answer.refusal) : open(world, order, { key, ...answer });
  };
}

async function ask(world: World, { spec, lease: { claim } }: BorrowOrder): Promise<void> {
  const request = {
    kind: "lend",
    runId: spec.runId,
    payload: { jobId: claim.jobId, claimId: claim.claimId },
    key: `lend:${claim.jobId}:${claim.claimId}`,
    once: "queued",
  } as const;
  await world.database.transaction((trx) => enqueue(world, trx, request));
}

async function untilAnswered(
  { database, wake }: World,
  { lease: { claim }, meanwhile, patienceMs = PATIENCE_MS }: BorrowOrder,
  signal: AbortSignal,
): Promise<LentAnswer | null> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until && !signal.aborted) {
    const seen = wake.rings();
    const answer = await takeLent(database, claim);
    if (answer !== null) return answer;
    await meanwhile?.();
    const looked = new AbortController();
    const either = AbortSignal.any([signal, looked.signal]);
    await Promise.race([wake.next(seen, either), waited(LOOK_MS, either)]);
    looked.abort();
  }
  signal.throwIfAborted();
  return null;
}

type Sealed = { key: ReaderKey; envelope: string };

function open({ log }: World, order: BorrowOrder, { key, envelope }: Sealed): Borrowed {
  const secret = unseal(key, occasionOf(order), envelope);
  if (secret === null) return refused("the sealed credential was not made for this runner and this attempt");
  const { token, revokeUrl } = Lent.parse(JSON.parse(secret));
  return { ok: true, token, takeBack: () => takeBack({ token, revokeUrl, log }) };
}

function occasionOf({ runner, spec: { runId, clone }, lease: { claim } }: BorrowOrder): Occasion {
  const { repositoryId, privateTo } = clone;
  return { ...claim, runId, runner, repositoryId, installationId: privateTo ?? 0 };
}

function refused(why: string): BorrowRefusal {
  return { ok: false, kind: "auth", why };
}
