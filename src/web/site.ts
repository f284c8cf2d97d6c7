import type { ActionContext } from "../actions/action.ts";
import type { Run } from "../core/run.ts";
import type { Database } from "../database/connect.ts";
import type { Authority } from "./authority.ts";
import type { SignInPort } from "./sign-in.ts";

/** What every page is made with. */
export type Site = {
  database: Database;
  actions: ActionContext;
  authority: Authority;
  /** Null where no App is registered, or its client secret is not set. */
  signIn: SignInPort | null;
  /** The lines of a run's change; null where they cannot be read here. */
  patchOf: (run: Run, signal: AbortSignal) => Promise<string | null>;
  /** Where people reach us, without a slash at the end. */
  publicUrl: string;
  /** Base of GitHub's pages. */
  githubUrl: string;
  isSecure: boolean;
  /** Ends what goes on after a page has been answered. */
  closing: AbortSignal;
  /** How many live tails are open now. */
  tails: { open: number };
};
