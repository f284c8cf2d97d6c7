import type { Policy } from "../../src/core/policy.ts";
import type { BoxLimits } from "../box/box-args.ts";

const MIB = 1024 ** 2;

/** The policy's resources in the kernel's units. */
export function boxLimits({ box_limits }: Pick<Policy, "box_limits">): BoxLimits {
  return {
    maxProcesses: box_limits.processes,
    memoryBytes: box_limits.memory_mb * MIB,
    cpuSeconds: box_limits.cpu_seconds,
    fileBytes: box_limits.file_mb * MIB,
    openFiles: box_limits.open_files,
  };
}
