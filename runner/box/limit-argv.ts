import { existsSync } from "node:fs";
import type { BoxLimits } from "./box-args.ts";

const PRLIMIT = "/usr/bin/prlimit";

export type LimitOptions = {
  /** Only inside a box: elsewhere the kernel counts every process of the user, and the limit would hit the wrong one. */
  countProcesses: boolean;
  hasPrlimit?: boolean;
};

/** Prefix of a command that lowers its resource limits and then becomes it. Needs no service and no privilege. */
export function limitArgv(limits: BoxLimits, options: LimitOptions): string[] {
  return (options.hasPrlimit ?? existsSync(PRLIMIT)) ? byPrlimit(limits, options) : byShell(limits, options);
}

function byPrlimit(
  { maxProcesses, memoryBytes, cpuSeconds, fileBytes, openFiles }: BoxLimits,
  options: LimitOptions,
): string[] {
  return [
    PRLIMIT,
    ...(options.countProcesses ? [`--nproc=${maxProcesses}`] : []),
    `--data=${memoryBytes}`,
    `--cpu=${cpuSeconds}`,
    `--fsize=${fileBytes}`,
    `--nofile=${openFiles}`,
    "--core=0",
    "--",
  ];
}

/** `ulimit` counts memory in KiB and files in 512-byte blocks; POSIX has no letter for processes, and dash and bash differ. */
function byShell(
  { maxProcesses, memoryBytes, cpuSeconds, fileBytes, openFiles }: BoxLimits,
  options: LimitOptions,
): string[] {
  const script = [
    ...(options.countProcesses ? [`ulimit -u ${maxProcesses} 2>/dev/null || ulimit -p ${maxProcesses}`] : []),
    `ulimit -d ${Math.floor(memoryBytes / 1024)}`,
    `ulimit -t ${cpuSeconds}`,
    `ulimit -f ${Math.floor(fileBytes / 512)}`,
    `ulimit -n ${openFiles}`,
    "ulimit -c 0",
    'exec "$@"',
  ].join("\n");
  return ["/bin/sh", "-c", script, "limited"];
}
