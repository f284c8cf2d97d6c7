import { execa } from "execa";
import type { PreflightCheck } from "../../src/core/evidence.ts";
import { check } from "./preflight.ts";
import type { RunnerSettings } from "./settings.ts";

const PATIENCE_MS = 15_000;

/** Package managers ask the registry that they are set to here, so no address has to be known. */
const ASK = {
  "cmd.npm": ["npm", "ping"],
  "cmd.node": ["npm", "ping"],
  "cmd.python3": ["python3", "-m", "pip", "index", "versions", "pip"],
} as const satisfies Record<string, readonly [string, ...string[]]>;

type Order = { settings: Pick<RunnerSettings, "path">; signal: AbortSignal };

/** Whether the registries answer that a project of these tools installs from. */
export async function registryChecks(
  needed: readonly string[],
  { settings, signal }: Order,
): Promise<PreflightCheck[]> {
  const asked = Object.entries(ASK).filter(([name]) => needed.includes(name));
  const calls = new Map(asked.map(([, call]) => [call[0], call]));
  const looks = [...calls.values()].map(async ([program, ...args]) => {
    const options = {
      cancelSignal: signal,
      timeout: PATIENCE_MS,
      reject: false,
      env: { PATH: settings.path },
    };
    const { failed, shortMessage } = await execa(program, args, { ...options, stdin: "ignore" });
    const problem = failed
      ? `the registry of ${program} does not answer: ${shortMessage ?? "no reason"}`
      : null;
    return check(`net.${program}`, problem, `${[program, ...args].join(" ")} was answered`, true);
  });
  return Promise.all(looks);
}
