import { expect, test } from "@jest/globals";
import { measureDrift, type Sample } from "../../bench/soak/memory.ts";
import { readOptions } from "../../bench/soak/options.ts";
import { choose, seeded } from "../../bench/soak/random.ts";
import { reportLines, reportOf } from "../../bench/soak/report.ts";
import { type Soaked, soak } from "../../bench/soak/soak.ts";
import { svgChart } from "../../bench/soak/svg-chart.ts";
import { type Counted, judge } from "../../bench/soak/verdict.ts";

const MINUTE_MS = 60_000;
const CALM = { from: 10 * MINUTE_MS, to: 15 * MINUTE_MS };

/** An app that is killed every minute until the calm, and keeps `megabytes(minute)` in memory. */
function samplesOf(megabytes: (minute: number) => number, to = 16): Sample[] {
  return Array.from({ length: to * 60 }, (_, second) => {
    const life = Math.min(10, Math.floor(second / 60));
    return { at: second * 1_000, role: "app", life, megabytes: megabytes(second / 60) };
  });
}

test.each<[string, (minute: number) => number, number]>([
  ["is the same at all times", () => 100, 0],
  ["grows until a process is warm", (minute) => Math.min(100, 40 + (minute % 10) * 60), 0],
  ["grew before the calm alone", (minute) => Math.min(100, minute * 10), 0],
  ["goes up and down", (minute) => 100 + 10 * Math.sin(minute * 4 * Math.PI), 0],
  ["goes on growing", (minute) => 100 + minute, 2 / 112],
  ["is given back", (minute) => 200 - minute, -2 / 188],
])("memory that %s is compared in the calm", (_what, megabytes, drift) => {
  const [app, ...runners] = measureDrift(samplesOf(megabytes), CALM);

  expect(app?.drift).toBeCloseTo(drift, 2);
  expect(runners.map((one) => one.drift)).toEqual([null, null]);
});

test("nothing is said of memory after too short a calm, nor of a process that did not live through it", () => {
  const samples = samplesOf(() => 100);
  const reborn = samples.map((sample) => ({ ...sample, life: sample.at < 13 * MINUTE_MS ? 1 : 2 }));

  expect(measureDrift(samples, { ...CALM, to: 12 * MINUTE_MS })[0]?.drift).toBeNull();
  expect(measureDrift(reborn, CALM)[0]?.drift).toBeNull();
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
  ["memory that grew", { drifts: drifted(0.06) }, ["memory: app grew by +6.0 %"]],
  ["memory that was given back", { drifts: drifted(-0.2) }, []],
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
    minutes: 0.1,
    seed: 3,
    db: "sqlite",
    lanes: 2,
    killEverySec: 2,
    calmShare: 0.3,
    mostRuns: 2,
    drainSec: 60,
  } as const;
  const soaked = await soak(options, () => undefined);

  expect(soaked.verdict).toEqual({ ok: true, because: [] });
  expect(soaked.asked).toHaveLength(2);
  expect(soaked.kills.length).toBeGreaterThan(0);
  tellsItAll(soaked);
}, 120_000);

function tellsItAll(soaked: Soaked): void {
  expect(reportOf(soaked)).toMatchObject({
    type: "soak",
    ok: true,
    runs: 2,
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
