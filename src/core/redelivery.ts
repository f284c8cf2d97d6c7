/** One attempt of GitHub to deliver something to us, as its own list has it. */
export type DeliveryAttempt = {
  /** Newer attempts have higher numbers. */
  id: number;
  /** The same for every attempt to deliver the same thing. */
  guid: string;
  /** Milliseconds since 1970, by GitHub's clock. */
  at: number;
  statusCode: number;
  repositoryId: number | null;
};

/** What is done about a delivery that never arrived. */
export type Missed = {
  guid: string;
  attemptId: number;
  repositoryId: number | null;
  remedy: "again" | "look";
};

/** GitHub may fail for longer than a delivery is worth asking for. */
const MOST_ATTEMPTS = 5;
const TOO_LARGE = 413;
const UNDER_WAY_MS = 60_000;

/**
 * The deliveries whose newest attempt failed and that we do not have. What was too large to read would be too large
 * again, so there the repository is looked at instead. Oldest first: what was done and undone is told in that order.
 */
export function missedDeliveries(
  attempts: readonly DeliveryAttempt[],
  { isKnown, nowMs }: { isKnown: (guid: string) => boolean; nowMs: number },
): Missed[] {
  const oldestFirst = [...attempts].sort((one, other) => one.id - other.id);
  return [...Map.groupBy(oldestFirst, ({ guid }) => guid)].flatMap(([guid, tries]) => {
    const newest = tries.at(-1);
    if (newest === undefined || isKnown(guid) || arrived(newest) || isUnderWay(newest, nowMs)) return [];
    if (tries.length > MOST_ATTEMPTS) return [];
    const remedy = newest.statusCode === TOO_LARGE ? "look" : "again";
    return [{ guid, attemptId: newest.id, repositoryId: newest.repositoryId, remedy }];
  });
}

/** GitHub waits ten seconds for an answer, and until then there is none. */
function isUnderWay({ statusCode, at }: DeliveryAttempt, nowMs: number): boolean {
  return statusCode === 0 && at > nowMs - UNDER_WAY_MS;
}

function arrived({ statusCode }: DeliveryAttempt): boolean {
  return statusCode >= 200 && statusCode < 300;
}
