/** How to wake each of those who sleep, in the order in which they lay down. */
export type Sleepers = Set<() => void>;

/** Sleeps until woken or told to stop. Who has slept long enough leaves nothing behind, however long nobody is woken. */
export function sleepAmong(sleepers: Sleepers, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      sleepers.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    sleepers.add(wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
