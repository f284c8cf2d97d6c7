import { parseRepositoryName } from "./run.ts";

export type RunOrder = { owner: string; repo: string; issue: number | null; task: string | null };

/** `owner/repo`, `owner/repo#7`, or `owner/repo what to do there`; null when it names no repository. */
export function parseRunOrder(text: string): RunOrder | null {
  const [, name = "", issue, task] = /^([^\s#]+)(?:#([1-9]\d{0,9}))?(?:\s+(.+))?$/.exec(text.trim()) ?? [];
  const repository = parseRepositoryName(name);
  return (
    repository && { ...repository, issue: issue === undefined ? null : Number(issue), task: task ?? null }
  );
}

export type OrderFile = { orders: RunOrder[]; wrong: { line: number; text: string }[] };

/** One order a line; empty lines and those that begin with # are left out. */
export function readRunOrders(text: string): OrderFile {
  const orders: RunOrder[] = [];
  const wrong: OrderFile["wrong"] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const order = parseRunOrder(line);
    if (order === null) wrong.push({ line: at + 1, text: line.slice(0, 80) });
    else orders.push(order);
  }
  return { orders, wrong };
}
