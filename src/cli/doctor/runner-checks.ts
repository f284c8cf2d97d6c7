import { constants } from "node:fs";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBwrap } from "../../../runner/box/find-bwrap.ts";
import { probeBox } from "../../../runner/box/probe-box.ts";
import { nodeToolPaths } from "../../../runner/box/tool-paths.ts";
import { readOverrides } from "../../../runner/codex/config-overrides.ts";
import { findCodex } from "../../../runner/codex/find-codex.ts";
import { type Provider, selectProvider } from "../../../runner/provider/select-provider.ts";
import type { RunnerSettings } from "../../config/settings.ts";
import { messageOf } from "../../core/problem.ts";
import { type Check, type Finding, failure, ok, warning } from "./check.ts";

type Need = { settings: RunnerSettings; required: boolean };

/** Where Codex is not required, its absence is only told. */
export function codex({ settings, required }: Need): Check {
  return {
    name: "codex",
    look: async (signal) => {
      const { environment } = settings;
      return findCodex(environment, signal).then(
        ({ version, source, path }) => ok(`${version}, from ${source} (${path})`),
        (error: unknown) => {
          if (required || environment.AGENTPR_CODEX_BIN) throw error;
          return warning(messageOf(error), "Run npm install, or set AGENTPR_CODEX_BIN");
        },
      );
    },
  };
}

export function modelCredentials({ settings, required }: Need): Check {
  return {
    name: "model",
    look: async () => {
      const config = await readFile(join(settings.codexHome, "config.toml"), "utf8").catch(() => null);
      return providerFinding(selectProvider(settings.environment, config), required);
    },
  };
}

/** Overrides that the runner would refuse to start with. */
export function overrides({ settings }: Need): Check {
  return {
    name: "codex overrides",
    look: async () => {
      const read = readOverrides(settings.environment.AGENTPR_CODEX_CONFIG_OVERRIDES ?? "");
      if (!read.ok) return failure(read.why, "Write key=value pairs, one a line or separated by ;");
      return ok(read.overrides.length === 0 ? "none" : read.overrides.map(keyOf).join(", "));
    },
  };
}

function keyOf(override: string): string {
  return override.slice(0, override.indexOf("=")).trim();
}

const MODES = { forge: "Forge", api_key: "API key", login: "ChatGPT login" } as const;

async function providerFinding(provider: Provider, required: boolean): Promise<Finding> {
  if (provider.kind === "none") return (required ? failure : warning)(provider.why, provider.remedy);
  if (provider.kind !== "login")
    return ok(`${MODES[provider.kind]}: ${provider.name}, key from ${provider.keyEnv}, kept outside the box`);
  const { authFile } = provider;
  const isThere = await access(authFile, constants.R_OK).then(
    () => true,
    () => false,
  );
  if (!isThere) return failure(`${MODES.login}: ${authFile} cannot be read`, "Run: codex login");
  return warning(`${MODES.login}: ${provider.warning}`, "Prefer AGENTPR_FORGE_* or an API key");
}

const LIMITS = {
  maxProcesses: 512,
  memoryBytes: 2 ** 31,
  cpuSeconds: 60,
  fileBytes: 2 ** 20,
  openFiles: 1_024,
};

/** Makes a real box, with the flags that attempts use, and runs nothing in it. */
export function box({ settings, required }: Need): Check {
  return {
    name: "box",
    look: async (signal) => {
      const folder = await mkdtemp(join(tmpdir(), "agentpr-doctor-"));
      try {
        const bwrap = await findBwrap(settings.environment.PATH ?? "");
        const probe = await probeBox({ bwrap: bwrap?.path ?? null, plan: emptyPlan(folder), signal });
        if (probe.ok) return ok(`${probe.version} (${probe.bwrap})`);
        return (required && !settings.allowUnboxed ? failure : warning)(probe.cause, probe.remedy);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function emptyPlan(folder: string) {
  return {
    workDir: folder,
    scratch: folder,
    codexHome: null,
    readOnly: nodeToolPaths(process.execPath),
    lent: [],
    env: { PATH: "/usr/bin:/bin" },
    network: { kind: "full" as const },
    limits: LIMITS,
  };
}
