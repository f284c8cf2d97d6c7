import { messageOf } from "../../../core/problem.ts";

export type Asked =
  | { ok: true; status: number; headers: Headers; json: unknown }
  | { ok: false; why: string };

/** One request whose failure is a finding and no error. */
export async function ask(
  address: string,
  {
    signal,
    headers = {},
    method = "GET",
  }: { signal: AbortSignal; headers?: Record<string, string>; method?: string },
): Promise<Asked> {
  try {
    const response = await fetch(address, { signal, headers, method, redirect: "manual" });
    const text = await response.text();
    return { ok: true, status: response.status, headers: response.headers, json: parsed(text) };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    return { ok: false, why: cause };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a page for people, or nothing at all
  }
}
