import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { Cast } from "./cast.ts";
import { svgOf } from "./svg.ts";

const ROOT = join(import.meta.dirname, "../..");
export const PICTURE = "docs/pictures/demo.svg";
const [WIDTH, HEIGHT] = [100, 24];

if (import.meta.main) {
  await writeFile(join(ROOT, PICTURE), svgOf(await recordDemo()));
  console.log(PICTURE);
}

/** Plays the demo, and keeps what it shows and when. */
export async function recordDemo(): Promise<Cast> {
  const dir = await mkdtemp(join(tmpdir(), "agentpr-recording-"));
  const started = performance.now();
  const shown: Cast["shown"] = [[0, "o", "$ npm run demo\n"]];
  try {
    const child = spawn(process.execPath, [join(ROOT, "src/cli/main.js"), "demo", "--dir", dir], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, FORCE_COLOR: "1", NO_COLOR: undefined },
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const kept = presentable(text, dir);
      if (kept !== "") shown.push([Math.round(performance.now() - started) / 1_000, "o", kept]);
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`the demo ended with ${code}; nothing was written`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return { header: { version: 2, width: WIDTH, height: HEIGHT }, shown };
}

/** Nothing of this machine: neither its name nor its folders. */
export function presentable(text: string, dir: string): string {
  return text
    .split(/(?<=\n)/)
    .filter((line) => !line.includes(dir) && !/^ {2}artifact /.test(line))
    .join("")
    .replaceAll(hostname(), "runner")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1");
}
