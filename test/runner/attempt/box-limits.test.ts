import { expect, test } from "@jest/globals";
import { boxLimits } from "../../../runner/attempt/box-limits.ts";
import { Policy } from "../../../src/core/policy.ts";

test("the policy's resources become the kernel's units", () => {
  const policy = Policy.parse({
    box_limits: { memory_mb: 512, file_mb: 16, processes: 20, cpu_seconds: 10 },
  });

  expect(boxLimits(policy)).toEqual({
    maxProcesses: 20,
    memoryBytes: 536_870_912,
    cpuSeconds: 10,
    fileBytes: 16_777_216,
    openFiles: 4_096,
  });
});
