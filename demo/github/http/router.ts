import type { Method, Route } from "./route.ts";

export type Match = { route: Route; params: Record<string, string> };

type Compiled = { route: Route; pattern: RegExp; names: string[] };

/** Parameters whose value may hold slashes, as on GitHub. */
const GREEDY = new Set(["path", "ref", "branch", "basehead"]);

/** Finds routes in the order of the table, so the more special line stands first. */
export function createRouter(routes: readonly Route[]): (method: Method, path: string) => Match | null {
  const compiled = routes.map(compile);
  return (method, path) => {
    for (const { route, pattern, names } of compiled) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match) return { route, params: paramsOf(names, match) };
    }
    return null;
  };
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const pattern = route.template.replace(/\{(\w+)\}/g, (_all, name: string) => {
    names.push(name);
    return GREEDY.has(name) ? "(.+?)" : "([^/]+)";
  });
  return { route, names, pattern: new RegExp(`^${pattern}$`) };
}

function paramsOf(names: readonly string[], match: RegExpExecArray): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]));
}
