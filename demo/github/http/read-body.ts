import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { type FieldError, Refusal } from "./reply.ts";

const LARGEST_BODY = 10 * 1024 * 1024;

export async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Refusal(413, "Payload too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function parseJson(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "Problems parsing JSON");
  }
}

/** Checks the body against the route's schema; the errors have GitHub's shape. */
export function checkBody(schema: z.ZodType | null, body: unknown): unknown {
  if (schema === null) return body;
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    throw new Refusal(422, "Validation Failed", { errors: parsed.error.issues.map(fieldError) });
  return parsed.data;
}

function fieldError(issue: z.core.$ZodIssue): FieldError {
  const missing = issue.code === "invalid_type" && issue.message.includes("undefined");
  return {
    resource: "Request",
    code: missing ? "missing_field" : "invalid",
    field: issue.path.join("."),
    message: issue.message,
  };
}
