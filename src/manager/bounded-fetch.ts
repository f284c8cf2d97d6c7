const LARGEST = 1_000_000;

/** Reads at most a megabyte of any answer, so that an endless one ends early; follows no redirect with the key. */
export async function boundedFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: "error" });
  const text = await readBounded(response);
  const headers = new Headers(response.headers);
  // What was read is plain text by now, whatever it was on the way.
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  return new Response(text, { status: response.status, statusText: response.statusText, headers });
}

async function readBounded({ body }: Response): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LARGEST) throw new Error("the answer is longer than a megabyte");
  }
  return text + decoder.decode();
}
