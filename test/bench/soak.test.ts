import { expect, test } from "@jest/globals";
import { measureDrift, type Sample } from "../../bench/soak/memory.ts";
import { readOptions } from "../../bench/soak/options.ts";
import { choose, seeded } from "../../bench/soak/random.ts";
import { reportLines, reportOf } from "../../bench/soak/report.ts";
import { type Soaked, soak } from "../../bench/soak/soak.ts";
import { svgChart } from "../../bench/soak/svg-chart.ts";
import { type Counted, judge } from "../../bench/soak/verdict.ts";

const HOUR_MS = 3_600_000;

/** A process that is started anew every minute, and keeps `megabytes(at, age)` in memory. */
function samplesOf(megabytes: (at: number, ageMs: number) => number): Sample[] {
  return Array.from({ length: 720 }, (_, index) => {
    const [at, ageMs] = [index * 5_000, (index % 12) * 5_000];
    return { at, role: "app", life: Math.floor(index / 12), ageMs, megabytes: megabytes(at, ageMs) };
  });
}

test.each([
  ["grows with its age alone", (_at: number, age: number) => 100 + age / 1_000, 0],
  ["starts larger and larger", (at: number) => 100 + (at / HOUR_MS) * 10, 7.5 / 101.25],
  ["is the same at all times", () => 100, 0],
])("memory that %s is compared at like age", (_what, megabytes, drift) => {
  const [app, ...runners] = measureDrift(samplesOf(megabytes), HOUR_MS);

  expect(app?.drift).toBeCloseTo(drift, 2);
  expect(runners.map((one) => one.drift)).toEqual([null, null]);
});

const NOTHING: Counted = { asked: 10, lost: [], doubled: [], died: [], leftBehind: [], drifts: [] };
const drifted = (drift: number | null) => [{ role: "app", first: 100, last: 110, drift }] as const;

test.each<[string, Partial<Counted>, string[]]>([
  ["nothing wrong", {}, []],
  ["nothing asked for", { asked: 0 }, ["nothing was asked for"]],
  ["a run that is lost", { lost: ["o/r#1"] }, ["lost: o/r#1"]],
  ["something twice", { doubled: ["2 × push"] }, ["doubled: 2 × push"]],
  ["a process that ended by itself", { died: ["app"] }, ["died: app"]],
  ["something left behind", { leftBehind: ["process: node"] }, ["left behind: process: node"]],
  ["memory within bounds", { drifts: drifted(0.05) }, []],
  ["memory that grew", { drifts: drifted(0.06) }, ["memory: app changed by +6.0 %"]],
  ["memory that shrank", { drifts: drifted(-0.06) }, ["memory: app changed by −6.0 %"]],
  ["memory that could not be compared", { drifts: drifted(null) }, []],
])("with %s the verdict says why", (_what, found, because) => {
  expect(judge({ ...NOTHING, ...found })).toEqual({ ok: because.length === 0, because });
});

test("the options are minutes, seed and database; others are refused", () => {
  const order = readOptions(["--minutes", "0.5", "--seed", "7", "--db", "postgres", "--json"], () => 1);

  expect(order).toMatchObject({
    options: { minutes: 0.5, seed: 7, db: "postgres" },
    json: true,
    write: false,
  });
  expect(readOptions([], () => 42).options).toMatchObject({ minutes: 20, seed: 42, db: "sqlite" });
  expect(() => readOptions(["--minutes", "never"], () => 1)).toThrow();
  expect(() => readOptions(["--db", "oracle"], () => 1)).toThrow();
});

test("one seed gives the same fates again, each as often as its share", () => {
  const shares = [
    ["often", 3],
    ["seldom", 1],
  ] as const;
  const draw = (seed: number) =>
    Array.from(
      { length: 1_000 },
      (
        (random) => () =>
          choose(random, shares)
      )(seeded(seed)),
    );

  expect(draw(5)).toEqual(draw(5));
  expect(draw(5).filter((fate) => fate === "seldom").length).toBeGreaterThan(200);
  expect(draw(5).filter((fate) => fate === "seldom").length).toBeLessThan(300);
});

test("a few runs come to their ends though app and runners are killed meanwhile", async () => {
  const options = {
    minutes: 0.12,
    seed: 3,
    db: "sqlite",
    lanes: 3,
    killEverySec: 4,
    mostRuns: 3,
    drainSec: 60,
  } as const;
  const soaked = await soak(options, () => undefined);

  expect(soaked.verdict).toEqual({ ok: true, because: [] });
  expect(soaked.asked).toHaveLength(3);
  expect(soaked.kills.length).toBeGreaterThan(0);
  tellsItAll(soaked);
}, 120_000);

function tellsItAll(soaked: Soaked): void {
  expect(reportOf(soaked)).toMatchObject({
    type: "soak",
    ok: true,
    runs: 3,
    lost: 0,
    doubled: 0,
    left_behind: 0,
  });
  const lines = reportLines(soaked);
  expect(lines).toContain("lost 0, doubled 0, left behind 0");
  expect(lines.filter((line) => line.includes("│")).map((line) => line.split("│")[1]?.length)).toEqual([
    ...[60, 60, 60, 60, 60],
  ]);
  const svg = svgChart(soaked);
  expect(svg).toMatch(/^<svg [^>]+>[\s\S]+<\/svg>\n$/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
}
