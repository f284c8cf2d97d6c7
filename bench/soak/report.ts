import { ROLES } from "./crew.ts";
import { median } from "./memory.ts";
import type { Soaked } from "./soak.ts";
import { percent } from "./verdict.ts";

const BARS = " ▁▂▃▄▅▆▇█";
const COLUMNS = 60;
const MOST_REASONS = 40;

/** The figures of a soak, for programs. */
export function reportOf({ options, ms, asked, kills, drifts, lost, doubled, leftBehind, verdict }: Soaked) {
  return {
    type: "soak",
    ok: verdict.ok,
    seed: options.seed,
    db: options.db,
    minutes: options.minutes,
    duration_ms: Math.round(ms),
    runs: asked.length,
    runs_by_fate: Object.fromEntries(
      [...Map.groupBy(asked, ({ fate }) => fate)].map(([fate, all]) => [fate, all.length]),
    ),
    kills: Object.fromEntries(ROLES.map((role) => [role, kills.filter((kill) => kill.role === role).length])),
    lost: lost.length,
    doubled: doubled.length,
    left_behind: leftBehind.length,
    memory: drifts.map(({ role, first, last, drift }) => ({
      ...{ role, first_mb: Math.round(first), last_mb: Math.round(last), drift },
    })),
    because: verdict.because,
  };
}

/** The same for people, with a chart. */
export function reportLines(soaked: Soaked): string[] {
  const { asked, kills, drifts, lost, doubled, leftBehind, verdict, options, ms, samples } = soaked;
  const ended = asked.flatMap(({ endedAt }) => (endedAt === null ? [] : [endedAt]));
  return [
    "",
    row("runs ended", slots(ended, ms)),
    row(
      "kills",
      slots(
        kills.map(({ at }) => at),
        ms,
      ),
    ),
    ...ROLES.map((role) => {
      const own = samples.filter((sample) => sample.role === role);
      return row(`MB of ${role}`, memorySlots(own, ms));
    }),
    "",
    `${asked.length} runs in ${(ms / 60_000).toFixed(1)} minutes on ${options.db}, seed ${options.seed}; ${kills.length} kills`,
    `lost ${lost.length}, doubled ${doubled.length}, left behind ${leftBehind.length}`,
    ...drifts.map(({ role, first, last, drift }) =>
      drift === null
        ? `memory of ${role}: too short to compare`
        : `memory of ${role} in the calm: ${first.toFixed(0)} → ${last.toFixed(0)} MB (${percent(drift)})`,
    ),
    verdict.ok ? "✔ passed" : "✘ failed",
    ...verdict.because.slice(0, MOST_REASONS).map((reason) => `  ${reason}`),
    ...(verdict.because.length > MOST_REASONS ? [`  and ${verdict.because.length - MOST_REASONS} more`] : []),
  ];
}

function slots(times: readonly number[], ms: number): number[] {
  const counts = Array.from({ length: COLUMNS }, () => 0);
  for (const at of times) {
    const slot = Math.min(COLUMNS - 1, Math.floor((at / ms) * COLUMNS));
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return counts;
}

function memorySlots(samples: readonly { at: number; megabytes: number }[], ms: number): number[] {
  const groups = Map.groupBy(samples, ({ at }) => Math.min(COLUMNS - 1, Math.floor((at / ms) * COLUMNS)));
  return Array.from({ length: COLUMNS }, (_, slot) =>
    median(groups.get(slot)?.map(({ megabytes }) => megabytes) ?? []),
  );
}

/** A row of bars, the highest as high as can be, with its value at the end. */
function row(name: string, values: readonly number[]): string {
  const most = Math.max(...values, 1);
  const bars = values.map((value) => BARS[Math.round((value / most) * (BARS.length - 1))] ?? " ");
  return `${name.padEnd(16)}│${bars.join("")}│ most ${most.toFixed(0)}`;
}
