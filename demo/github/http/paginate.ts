import type { Reply } from "./reply.ts";

const DEFAULT_PAGE = 30;
const LARGEST_PAGE = 100;

export type Paged<T> = { url: URL; items: readonly T[]; render: (item: T) => unknown };

/** One page of a list, with GitHub's Link header. */
export async function page<T>(paged: Paged<T>): Promise<Reply> {
  const { items, headers } = slice(paged.url, paged.items);
  return { status: 200, body: await Promise.all(items.map(paged.render)), headers };
}

/** The same for lists that GitHub wraps: `{ total_count, <name>: [...] }`. */
export async function wrappedPage<T>(name: string, paged: Paged<T>, extra: object = {}): Promise<Reply> {
  const { items, headers } = slice(paged.url, paged.items);
  const rendered = await Promise.all(items.map(paged.render));
  return { status: 200, body: { total_count: paged.items.length, [name]: rendered, ...extra }, headers };
}

function slice<T>(url: URL, all: readonly T[]): { items: readonly T[]; headers: Record<string, string> } {
  const size = Math.min(positive(url, "per_page", DEFAULT_PAGE), LARGEST_PAGE);
  const current = positive(url, "page", 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = linkHeader(url, current, last);
  return { items: all.slice((current - 1) * size, current * size), headers: link === "" ? {} : { link } };
}

function positive(url: URL, name: string, otherwise: number): number {
  const value = Number(url.searchParams.get(name));
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

function linkHeader(url: URL, current: number, last: number): string {
  const links = [
    ...(current > 1 ? [link(url, current - 1, "prev")] : []),
    ...(current < last ? [link(url, current + 1, "next"), link(url, last, "last")] : []),
    ...(current > 1 ? [link(url, 1, "first")] : []),
  ];
  return links.join(", ");
}

function link(url: URL, number: number, rel: string): string {
  const target = new URL(url);
  target.searchParams.set("page", String(number));
  return `<${target.href}>; rel="${rel}"`;
}
