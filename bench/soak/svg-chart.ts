import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROLES } from "./crew.ts";
import type { Soaked } from "./soak.ts";

const PICTURES = join(import.meta.dirname, "../../docs/pictures");
const [WIDTH, HEIGHT, LEFT, BOTTOM] = [800, 320, 60, 40];
const COLOURS = { app: "#0969da", "runner-1": "#1a7f37", "runner-2": "#8250df" } as const;

type Charted = Pick<Soaked, "asked" | "kills" | "samples" | "ms" | "options" | "verdict">;

/** Writes the chart where the documents show it. */
export async function writeChart(soaked: Charted): Promise<string> {
  await mkdir(PICTURES, { recursive: true });
  await writeFile(join(PICTURES, "soak.svg"), svgChart(soaked));
  return "docs/pictures/soak.svg";
}

/** Runs that have ended, memory and kills over time, as a picture. */
export function svgChart({ asked, kills, samples, ms, options, verdict }: Charted): string {
  const ended = asked.flatMap(({ endedAt }) => (endedAt === null ? [] : [endedAt])).toSorted((a, b) => a - b);
  const mostMegabytes = Math.max(100, ...samples.map(({ megabytes }) => megabytes));
  const x = (at: number) => round(LEFT + (at / ms) * (WIDTH - LEFT - 20));
  const y = (share: number) => round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - 40));
  const lines = ROLES.map((role) => {
    const points = everyFew(samples.filter((sample) => sample.role === role));
    return dots(points, ({ at, megabytes }) => `${x(at)},${y(megabytes / mostMegabytes)}`, COLOURS[role]);
  });
  const steps = ended.map((at, index) => `${x(at)},${y((index + 1) / Math.max(1, ended.length))}`);
  const title = `${asked.length} runs, ${kills.length} kills, ${options.minutes} minutes on ${options.db}: ${verdict.ok ? "passed" : "failed"}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<g font-family="sans-serif" font-size="13" fill="#1f2328">`,
    text(LEFT, 20, title),
    ...kills.map(({ at, role }) => tick(x(at), COLOURS[role])),
    ...lines,
    `<polyline fill="none" stroke="#1f2328" stroke-width="2" points="${steps.join(" ")}"/>`,
    ...legend(ended.length, mostMegabytes),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function legend(runs: number, megabytes: number): string[] {
  const names = [
    [`runs ended (most ${runs})`, "#1f2328"],
    ...ROLES.map((role) => [`MB of ${role}`, COLOURS[role]]),
  ] as const;
  return [
    ...names.map(
      ([name, colour], at) =>
        `<text x="${LEFT + at * 175}" y="${HEIGHT - 8}" fill="${colour}">${name}</text>`,
    ),
    text(4, 44, `${megabytes.toFixed(0)} MB`),
    text(4, HEIGHT - BOTTOM, "0"),
  ];
}

function tick(x: number, colour: string): string {
  return `<path d="M${x} ${HEIGHT - BOTTOM}v10" stroke="${colour}" stroke-width="2"/>`;
}

function text(x: number, y: number, words: string): string {
  return `<text x="${x}" y="${y}">${words}</text>`;
}

/** As one path of short strokes, so that a process's end and the next one's beginning are not joined. */
function dots<T>(points: readonly T[], place: (point: T) => string, colour: string): string {
  const path = points.map((point) => `M${place(point)}h2`).join("");
  return `<path d="${path}" stroke="${colour}" stroke-width="2" fill="none"/>`;
}

const MOST_POINTS = 600;

function everyFew<T>(points: readonly T[]): T[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, index) => index % Math.max(1, step) === 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
