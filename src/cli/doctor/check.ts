import type { AppSettings, RunnerSettings, SettingsSource } from "../../config/settings.ts";

/** What is to run on this machine; `all` is every process of it. */
export const PROFILES = ["app", "runner", "telegram", "webhook", "manager", "all"] as const;
export type Profile = (typeof PROFILES)[number];

/** What one look found. A failure keeps agentpr from working here; a warning only says what will be missing. */
export type Finding = {
  verdict: "ok" | "warning" | "failure";
  /** What was found, or why it is not well. */
  why: string;
  /** What to do about it, a command where there is one; null when nothing is needed. */
  remedy: string | null;
  /** Does it, where that can neither lose nor reveal anything. */
  mend?: () => Promise<void>;
};

/** What a check looks at. Settings are read when they are asked for, so that no process needs another one's. */
export type Context = {
  profile: Profile;
  source: SettingsSource;
  app: () => AppSettings;
  runner: () => RunnerSettings;
  requireCodex: boolean;
};

export type Look = (context: Context, signal: AbortSignal) => Promise<Finding>;

export type Check = { readonly name: string; readonly look: (signal: AbortSignal) => Promise<Finding> };

export function ok(why: string): Finding {
  return { verdict: "ok", why, remedy: null };
}

export function warning(why: string, remedy: string): Finding {
  return { verdict: "warning", why, remedy };
}

export function failure(why: string, remedy: string): Finding {
  return { verdict: "failure", why, remedy };
}
