import { GitHubError } from "../client/github-error.ts";

type Answer = { data: unknown[]; headers: { link?: string | undefined } };

/**
 * At most `most` pages of a list that GitHub sorts from old to new: the first, where what we once made stands,
 * and the last ones, where the news is.
 */
export async function edgePages<A extends Answer>(
  read: (page: number) => Promise<A>,
  most: number,
): Promise<A["data"][number][]> {
  const first = await read(1);
  const last = lastPage(first.headers.link);
  const numbers = Array.from({ length: Math.min(last, most) - 1 }, (_, index) => last - index).reverse();
  const rest: A[] = [];
  for (const page of numbers) rest.push(await read(page));
  return [first, ...rest].flatMap((answer) => answer.data);
}

export function lastPage(link: string | undefined): number {
  const [, page] = /[?&]page=(\d+)[^>]*>;\s*rel="last"/.exec(link ?? "") ?? [];
  return page === undefined ? 1 : Number(page);
}

/** The answer, or null where GitHub says that there is no such thing. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GitHubError && error.kind === "not_found") return null;
    throw error;
  }
}
