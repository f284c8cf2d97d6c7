import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Update } from "grammy/types";
import { METHODS, type Payload, type Result, refused } from "./methods.ts";
import { type Speakers, speakers } from "./speak.ts";
import { createState, type Fault, type State } from "./state.ts";

export type LocalTelegram = Speakers & {
  url: string;
  token: string;
  state: State;
  /** Lets the next calls go wrong. */
  fault(fault: Fault): void;
  stop(): Promise<void>;
};

export const LOCAL_TOKEN = "777000111:local-bot-token-that-opens-nothing-else";

/** Telegram on this machine: the bot speaks HTTP to it, people speak through the returned functions. */
export async function startLocalTelegram({ port = 0 }: { port?: number } = {}): Promise<LocalTelegram> {
  const state = createState();
  const server = createServer((request, response) => void answer(state, request, response));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    ...speakers(state),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: LOCAL_TOKEN,
    state,
    fault: (fault) => void state.faults.push({ ...fault }),
    stop: async () => {
      state.arrived();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, token = "", method = ""] = /^\/bot([^/]+)\/(\w+)/.exec(request.url ?? "") ?? [];
  const payload = await payloadOf(request);
  state.calls.push({ method, payload, at: performance.now() });
  if (token !== LOCAL_TOKEN) return end(response, refused(401, "Unauthorized"));
  const fault = takeFault(state, method, payload);
  if (fault?.kind === "drop") return void request.socket.destroy();
  if (fault?.kind === "deaf") call(state, method, payload);
  if (fault?.kind === "deaf" || fault?.kind === "hang") return; // until whoever asked gives up
  if (fault?.kind === "too_many") return end(response, tooMany(fault.seconds ?? 1));
  if (fault?.kind === "refuse") return end(response, refused(400, "Bad Request: it does not please"));
  if (fault?.kind === "server_error") return end(response, refused(502, "Bad Gateway"));
  if (fault?.kind === "late") await sleep((fault.seconds ?? 1) * 1_000);
  end(response, method === "getUpdates" ? await getUpdates(state, payload) : call(state, method, payload));
}

function call(state: State, method: string, payload: Payload): Result {
  return METHODS[method]?.(state, payload) ?? refused(404, `Not Found: method ${method}`);
}

function tooMany(seconds: number): Result & { parameters: { retry_after: number } } {
  const description = `Too Many Requests: retry after ${seconds}`;
  return { ok: false, error_code: 429, description, parameters: { retry_after: seconds } };
}

function takeFault({ faults }: State, method: string, { chat_id }: Payload): Fault | null {
  const fault = faults.find(
    (each) =>
      each.times > 0 &&
      (each.method ?? method) === method &&
      (each.chatId === undefined || each.chatId === Number(chat_id)),
  );
  if (fault === undefined) return null;
  fault.times -= 1;
  return fault;
}

/** A later offset says that everything before it has arrived; without news the question waits. */
async function getUpdates(state: State, { offset, timeout, limit }: Payload): Promise<Result> {
  if (state.webhook !== null)
    return refused(409, "Conflict: can't use getUpdates method while webhook is active");
  const from = Number(offset ?? 0);
  state.updates = state.updates.filter(({ update_id }) => update_id >= from);
  if (state.updates.length === 0) {
    const arrived = new Promise<void>((resolve) => {
      state.arrived = resolve;
    });
    await Promise.race([arrived, sleep(Number(timeout ?? 0) * 1_000, undefined, { ref: false })]);
  }
  const updates: Update[] = state.updates.slice(0, Math.min(100, Number(limit ?? 100)));
  return { ok: true, result: updates };
}

async function payloadOf(request: IncomingMessage): Promise<Payload> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/")) return formOf(body, type);
  return body.length === 0 ? {} : (JSON.parse(body.toString("utf8")) as Payload);
}

async function formOf(body: Buffer, type: string): Promise<Payload> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const fields: Payload = {};
  let file: { name: string; text: string } | null = null;
  for (const [name, value] of form.entries()) {
    if (typeof value === "string") fields[name] = value;
    else file = { name: value.name, text: await value.text() };
  }
  return { ...fields, document: file };
}

function end(response: ServerResponse, result: Result): void {
  const status = result.ok ? 200 : result.error_code;
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(result));
}
