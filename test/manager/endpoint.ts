// An endpoint on loopback that answers as it is told: what a real one may do wrong, it does on the wire.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Sent = {
  headers: IncomingMessage["headers"];
  body: {
    model: string;
    messages: { role: string; content: string }[];
    tools?: unknown[];
    tool_choice?: unknown;
    response_format?: unknown;
  };
};
export type Serve = (response: ServerResponse, sent: Sent, at: number) => void;

export type Endpoint = { url: string; sent: Sent[]; serve(next: Serve): void; stop(): Promise<void> };

export async function startEndpoint(): Promise<Endpoint> {
  const sent: Sent[] = [];
  let now: Serve = (response) => response.end();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = {
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()) as Sent["body"],
    };
    sent.push(one);
    now(response, one, sent.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    sent,
    serve: (next) => {
      sent.length = 0;
      now = next;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

/** An answer by the tool that was forced. */
export function byTool(said: unknown): Serve {
  return (response) => {
    const call = { id: "c", type: "function", function: { name: "t", arguments: JSON.stringify(said) } };
    json(response, 200, completion({ role: "assistant", content: null, tool_calls: [call] }));
  };
}

export function inText(text: string): Serve {
  return (response) => json(response, 200, completion({ role: "assistant", content: text }));
}

export function refusing(status: number, headers: Record<string, string> = {}): Serve {
  return (response) =>
    json(response, status, { error: { message: `refused with ${status}`, type: "error" } }, headers);
}

function completion(message: object) {
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  return { id: "x", object: "chat.completion", created: 1, model: "m", choices, usage: USAGE };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
