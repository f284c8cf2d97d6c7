import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { SettingsSource } from "../config/settings.ts";
import { Problem } from "../core/problem.ts";
import type { GlobalOptions } from "./program.ts";

/** Where a command's settings come from: flags first, then the environment, then `.env`. */
export function settingsSource({ db, policyFile, settingsFile }: GlobalOptions): SettingsSource {
  return {
    env: process.env,
    envFile: settingsFile,
    flags: {
      databaseUrl: db === undefined ? undefined : databaseUrl(db),
      policyFile: policyFile === undefined ? undefined : existing(policyFile),
    },
  };
}

/** `--db` takes an address or a plain path. */
function databaseUrl(text: string): string {
  return /^(sqlite:|postgres(ql)?:\/\/)/.test(text) ? text : `sqlite:${resolve(text)}`;
}

/** A policy that was asked for by name must be there; only the default one may be absent. */
function existing(file: string): string {
  const path = resolve(file);
  if (existsSync(path)) return path;
  throw new Problem(`The policy ${path} cannot be read`, "there is no such file", "Correct the path");
}
