// Sends to the webhooks' address what GitHub sends and what others might, and says whether each is answered as it must be:
//   WEBHOOK_SECRET=… node deploy/scripts/webhook-probe.ts --url https://agentpr.example.com/api/github/webhooks
// Prints one JSON object; leaves with 0 when every check passed, else 1. What it sends is about nothing, so nothing comes of it.
import { createHmac, randomUUID } from "node:crypto";
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

type Order = { url: URL; secret: string; timeoutMs: number; maxPayloadBytes: number; slowMs: number };
type Answer = { status: number; text: string };
type Seen = { ok: boolean; detail: string };
type Check = (order: Order, delivery: string) => Promise<Seen>;

const HELP = `usage: node deploy/scripts/webhook-probe.ts --url <address> [--timeout-sec 10] [--max-payload-bytes 1048576]
       [--slow-sec 15]   how long a slow sender is borne at most; 0 leaves that check out
The secret is read from WEBHOOK_SECRET.
`;

/** In this order: the replay is of the delivery that was accepted just before. */
const CHECKS: Readonly<Record<string, Check>> = {
  signed_delivery_accept: async (order, delivery) => {
    const { status, text } = await post(order, { delivery, body: BODY, signature: sign(order.secret, BODY) });
    return { ok: status === 202, detail: `${status} ${text}` };
  },
  delivery_replay_dedup: async (order, delivery) => {
    const { status, text } = await post(order, { delivery, body: BODY, signature: sign(order.secret, BODY) });
    return { ok: status === 200 && /known/i.test(text), detail: `${status} ${text}` };
  },
  bad_signature_refused: async (order) => {
    const signature = sign(`${order.secret} but wrong`, BODY);
    const { status, text } = await post(order, { delivery: randomUUID(), body: BODY, signature });
    return { ok: status === 401, detail: `${status} ${text}` };
  },
  payload_size_guard: async (order) => {
    const body = JSON.stringify({ agentpr_probe: "x".repeat(order.maxPayloadBytes) });
    const { status, text } = await post(order, {
      delivery: randomUUID(),
      body,
      signature: sign(order.secret, body),
    });
    return { ok: status === 413, detail: `${status} ${text}` };
  },
  slow_sender_cut: slowSender,
};

/** An event that is handled, about a commit that nobody has. */
const BODY = JSON.stringify({ agentpr_probe: true, sha: "0".repeat(40) });

process.exitCode = await main();

async function main(): Promise<number> {
  const order = readOrder();
  if (order === null) {
    process.stderr.write(HELP);
    return 2;
  }
  const delivery = randomUUID();
  const checks: ({ name: string } & Seen)[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    if (name === "slow_sender_cut" && order.slowMs === 0) continue;
    checks.push({ name, ...(await safely(() => check(order, delivery))) });
  }
  const ok = checks.every((check) => check.ok);
  process.stdout.write(`${JSON.stringify({ ok, url: order.url.href, checks })}\n`);
  return ok ? 0 : 1;
}

function readOrder(): Order | null {
  const { values } = parseArgs({
    options: {
      url: { type: "string" },
      "timeout-sec": { type: "string", default: "10" },
      "max-payload-bytes": { type: "string", default: "1048576" },
      "slow-sec": { type: "string", default: "15" },
      help: { type: "boolean", default: false },
    },
  });
  const secret = process.env.WEBHOOK_SECRET;
  const numbers = ["timeout-sec", "max-payload-bytes", "slow-sec"].map((name) =>
    Number(values[name as "url"]),
  );
  const [timeoutSec = 0, maxPayloadBytes = 0, slowSec = 0] = numbers;
  const usable = numbers.every((number) => Number.isFinite(number) && number >= 0) && timeoutSec > 0;
  if (values.help || !values.url || !URL.canParse(values.url) || !secret || !usable) return null;
  const [timeoutMs, slowMs] = [timeoutSec * 1_000, slowSec * 1_000];
  return { url: new URL(values.url), secret, timeoutMs, maxPayloadBytes, slowMs };
}

async function safely(check: () => Promise<Seen>): Promise<Seen> {
  try {
    return await check();
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message || error.name : String(error) };
  }
}

function sign(secret: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

type Delivery = { delivery: string; body: string; signature: string };

/** Not by fetch: an answer that comes before all of a large body was sent must be heard. */
function post(order: Order, { delivery, body, signature }: Delivery): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = open(order, delivery, { signature, length: Buffer.byteLength(body) });
    sent.setTimeout(order.timeoutMs, () => sent.destroy(new Error(`no answer within ${order.timeoutMs} ms`)));
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text = `${text}${part}`.slice(0, 200);
      });
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text: text.trim() });
        sent.destroy();
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function open(
  { url }: Order,
  delivery: string,
  { signature, length }: { signature: string; length: number },
) {
  const request = url.protocol === "https:" ? requestTls : requestPlain;
  return request(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "content-length": length,
      "user-agent": "agentpr-webhook-probe",
      "x-github-event": "status",
      "x-github-delivery": delivery,
      "x-hub-signature-256": signature,
    },
  });
}

/** A byte now and then, until the other side has had enough of it. */
async function slowSender(order: Order): Promise<Seen> {
  const started = performance.now();
  const sent = open(order, randomUUID(), { signature: sign(order.secret, BODY), length: 1_000_000 });
  const ended = new Promise<string>((resolve) => {
    sent.on("response", ({ statusCode }) => resolve(`answered ${statusCode}`));
    sent.on("error", () => resolve("cut off"));
    sent.on("close", () => resolve("cut off"));
  });
  const over = new AbortController();
  const pouring = pour(sent, over.signal);
  const end = await Promise.race([ended, sleep(order.slowMs, "still borne", { signal: over.signal })]);
  over.abort();
  sent.destroy();
  await pouring;
  const afterSec = ((performance.now() - started) / 1_000).toFixed(1);
  return { ok: end !== "still borne" && !/answered 2/.test(end), detail: `${end} after ${afterSec} s` };
}

async function pour(sent: ReturnType<typeof open>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !sent.destroyed) {
    sent.write(" ");
    await sleep(250, null, { signal }).catch(() => null); // aborted: the loop ends
  }
}
