import { randomInt } from "node:crypto";
import { readOptions } from "./options.ts";
import { reportLines, reportOf } from "./report.ts";
import { soak } from "./soak.ts";
import { writeChart } from "./svg-chart.ts";

const { options, json, write } = readOptions(process.argv.slice(2), () => randomInt(2 ** 31));
const tell = (line: string) => console.error(line);
tell(`soaking for ${options.minutes} minutes on ${options.db}, seed ${options.seed}`);
const soaked = await soak(options, tell);
console.log(json ? JSON.stringify(reportOf(soaked)) : reportLines(soaked).join("\n"));
if (write) tell(`the chart is ${await writeChart(soaked)}`);
// Said outright: the package that brings Postgres makes every other end a success.
process.exit(soaked.verdict.ok ? 0 : 1);
