import { createHmac, randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";

export type Sent = { status: number; text: string };

export const SECRET = "it is a secret";

export function signatureOf(body: string | Buffer, secret = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

export type Hook = {
  event?: string;
  guid?: string;
  body?: string;
  headers?: Record<string, string | undefined>;
  path?: string;
  method?: string;
};

/** Sends a delivery as GitHub does; every header can be changed, and left out by undefined. */
export async function send(port: number, hook: Hook = {}): Promise<Sent> {
  const { event = "status", guid = randomUUID(), body = '{"sha":"x"}', method = "POST" } = hook;
  const headers: Record<string, string | undefined> = {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": guid,
    "x-hub-signature-256": signatureOf(body),
    ...hook.headers,
  };
  const kept = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const answer = await fetch(`http://127.0.0.1:${port}${hook.path ?? "/api/github/webhooks"}`, {
    method,
    headers: Object.fromEntries(kept),
    ...(method === "GET" ? {} : { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** Sends a body piece by piece for as long as the server listens; tells the answer, or how the connection ended. */
export function dribble(
  port: number,
  { pieces, headers }: { pieces: Iterable<Buffer> | AsyncIterable<Buffer>; headers?: Record<string, string> },
): Promise<number | "cut off"> {
  return new Promise((resolve) => {
    const sent = httpRequest({
      port,
      host: "127.0.0.1",
      method: "POST",
      path: "/api/github/webhooks",
      headers: {
        "content-type": "application/json",
        "x-github-event": "status",
        "x-github-delivery": randomUUID(),
        ...headers,
      },
    });
    let open = true;
    sent.on("response", (response) => {
      open = false;
      response.resume();
      resolve(response.statusCode ?? 0);
      sent.destroy();
    });
    sent.on("error", () => {
      open = false;
      resolve("cut off");
    });
    async function pour(): Promise<void> {
      for await (const piece of pieces) {
        if (!open) return;
        if (!sent.write(piece))
          await new Promise<void>((next) => void sent.once("drain", next).once("close", next));
      }
      if (open) sent.end();
    }
    pour().catch(() => resolve("cut off"));
  });
}
