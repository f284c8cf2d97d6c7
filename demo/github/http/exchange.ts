import type { Actor } from "../actor.ts";
import type { Category, Method } from "./route.ts";

/** One REST call as the tests and the demo's summary count it. */
export type ApiCall = {
  at: string;
  method: Method;
  /** The route as documented, e.g. /repos/{owner}/{repo}/issues; null where there is none. */
  template: string | null;
  path: string;
  status: number;
  actor: Actor["kind"];
  login: string | null;
  category: Category;
};

/** The same call with everything that went over the wire. */
export type Exchange = ApiCall & {
  requestHeaders: Readonly<Record<string, string>>;
  requestBody: unknown;
  responseHeaders: Readonly<Record<string, string>>;
  responseBody: unknown;
  /** The answer was spoilt on purpose; it is not GitHub's. */
  faulty: boolean;
};
