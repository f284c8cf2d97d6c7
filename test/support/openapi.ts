import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import * as formats from "ajv-formats";
import { z } from "zod";
import type { Exchange } from "../../demo/github/http/exchange.ts";

/** Checks what the local GitHub takes and gives against GitHub's own published description. */
export type OpenApi = {
  /** What is wrong with the exchange; empty if nothing. */
  problemsOf: (exchange: Exchange) => string[];
  problemsOfWebhook: (event: string, payload: unknown) => string[];
  /** Whether GitHub has such an operation at all. */
  describes: (method: string, template: string) => boolean;
};

const Content = z.record(z.string(), z.object({ schema: z.unknown().optional() }));
const Response = z.object({ $ref: z.string().optional(), content: Content.optional() });
const Operation = z.object({
  requestBody: z.object({ required: z.boolean().default(false), content: Content }).optional(),
  responses: z.record(z.string(), Response),
});
const Description = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  "x-webhooks": z.record(z.string(), z.unknown()),
});

/** Errors any endpoint may give although its own entry does not repeat them. */
const GENERAL = new Set([301, 307, 400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 502, 503]);
/** Described under another address. */
const SAME_AS: Readonly<Record<string, string>> = {
  "/repositories/{repository_id}": "/repos/{owner}/{repo}",
};
/** Answered by GitHub, but not in the description. */
const UNDESCRIBED = new Set(["GET /repos/{owner}/{repo}/contents", "POST /api/graphql"]);

export function createOpenApi(): OpenApi {
  const document = withNulls(readDescription());
  const description = Description.parse(document);
  const ajv = new Ajv({ strict: false, validateSchema: false, allowUnionTypes: true, logger: false });
  addFormats(ajv);
  ajv.addSchema({ ...(document as object), $id: "github" });
  const compiled = new Map<string, ValidateFunction>();
  function check(pointer: string, value: unknown): string[] {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `github#${pointer}` });
    compiled.set(pointer, validate);
    if (validate(value)) return [];
    return (validate.errors ?? [])
      .slice(0, 5)
      .map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  }
  return {
    describes: (method, template) =>
      UNDESCRIBED.has(`${method} ${template}`) ||
      description.paths[SAME_AS[template] ?? template]?.[method.toLowerCase()] !== undefined,
    problemsOf: (exchange) =>
      problemsOf(description, check, exchange).map(
        (problem) => `${exchange.method} ${exchange.template} ${exchange.status}: ${problem}`,
      ),
    problemsOfWebhook: (event, payload) =>
      webhookProblems(description, check, event, payload).map((problem) => `webhook ${event}: ${problem}`),
  };
}

type Check = (pointer: string, value: unknown) => string[];
type Described = z.infer<typeof Description>;

function problemsOf(description: Described, check: Check, exchange: Exchange): string[] {
  const { method, status } = exchange;
  const template = exchange.template === null ? null : (SAME_AS[exchange.template] ?? exchange.template);
  if (exchange.faulty || template === null || status === 304 || UNDESCRIBED.has(`${method} ${template}`))
    return [];
  const path = description.paths[template];
  const found = path?.[method.toLowerCase()];
  if (found === undefined) return ["GitHub describes no such operation"];
  const operation = Operation.parse(found);
  const pointer = `/paths/${escaped(template)}/${method.toLowerCase()}`;
  return [
    ...requestProblems(operation, pointer, check, exchange),
    ...responseProblems(operation, pointer, check, exchange),
  ];
}

/** What was accepted must have been acceptable; what was refused may be anything. */
function requestProblems(
  operation: z.infer<typeof Operation>,
  pointer: string,
  check: Check,
  exchange: Exchange,
): string[] {
  const { requestBody } = operation;
  if (exchange.status >= 300 || requestBody?.content["application/json"] === undefined) return [];
  const empty = Object.keys((exchange.requestBody ?? {}) as object).length === 0;
  if (empty && !requestBody.required) return [];
  return check(`${pointer}/requestBody/content/application~1json/schema`, exchange.requestBody).map(
    (problem) => `request ${problem}`,
  );
}

function responseProblems(
  operation: z.infer<typeof Operation>,
  pointer: string,
  check: Check,
  exchange: Exchange,
): string[] {
  const { status, responseBody } = exchange;
  const response = operation.responses[String(status)];
  if (response === undefined)
    return GENERAL.has(status)
      ? check("/components/schemas/basic-error", responseBody)
      : ["no such status is described"];
  if (typeof responseBody === "string") return [];
  if (response.$ref !== undefined) return referenced(response.$ref, check, status, responseBody);
  if (response.content?.["application/json"] === undefined)
    return responseBody === undefined || status >= 400 ? [] : ["a body where none is described"];
  return check(`${pointer}/responses/${status}/content/application~1json/schema`, responseBody);
}

/** A shared answer; its own body if it has one, else the plain error. */
function referenced(reference: string, check: Check, status: number, body: unknown): string[] {
  if (status < 400) return [];
  const simple = reference.endsWith("validation_failed_simple");
  const schema = reference.includes("validation_failed")
    ? simple
      ? "validation-error-simple"
      : "validation-error"
    : "basic-error";
  return check(`/components/schemas/${schema}`, body);
}

function webhookProblems(description: Described, check: Check, event: string, payload: unknown): string[] {
  const action = z.object({ action: z.string().optional() }).parse(payload).action;
  const name = [event, ...(action === undefined ? [] : [action])].join("-").replaceAll("_", "-");
  if (description["x-webhooks"][name] === undefined) return [`GitHub describes no webhook ${name}`];
  return check(`/x-webhooks/${name}/post/requestBody/content/application~1json/schema`, payload);
}

function readDescription(): unknown {
  const file = createRequire(import.meta.url).resolve("@octokit/openapi/generated/api.github.com.json");
  return JSON.parse(readFileSync(file, "utf8"));
}

/** OpenAPI 3.0 says `nullable`; JSON Schema says it with types. */
function withNulls(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNulls);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, withNulls(value)]);
  const { nullable, ...schema } = oneAccount(Object.fromEntries(entries));
  if (nullable !== true)
    return nullable === undefined || nullable === false ? schema : { nullable, ...schema };
  if (typeof schema.type !== "string") return { anyOf: [{ type: "null" }, schema] };
  const values = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  return { ...schema, type: [schema.type, "null"], ...values };
}

/** In one place the description says that an account is a person *and* an enterprise. */
function oneAccount(schema: Record<string, unknown>): Record<string, unknown> {
  const { allOf, ...rest } = schema;
  const titles = Array.isArray(allOf) ? allOf.map((part: { title?: string }) => part.title) : [];
  return titles.includes("Simple User") && titles.includes("Enterprise") ? { ...rest, anyOf: allOf } : schema;
}

function addFormats(ajv: Ajv): void {
  formats.default.default(ajv);
  ajv.addFormat("repo.nwo", /^[\w.-]+\/[\w.-]+$/);
  // GitHub's own bots have brackets in their addresses: 1+name[bot]@users.noreply.github.com.
  ajv.addFormat("email", /^[^\s@]+@[^\s@]+$/);
}

function escaped(path: string): string {
  return path.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D");
}
