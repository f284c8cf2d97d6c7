/** What one look found. A failure keeps agentpr from working here; a warning only says what will be missing. */
export type Finding = {
  verdict: "ok" | "warning" | "failure";
  /** What was found, or why it is not well. */
  why: string;
  /** What to do about it; null when nothing is needed. */
  remedy: string | null;
};

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
