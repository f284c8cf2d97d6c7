import { z } from "zod";
import { POLICY_KEYS, Policy, type PolicyKey } from "./policy.ts";

/** Some keys of the policy, as one place sets them: nothing is filled in, what is absent is the next place's to decide. */
export type PolicyLayer = Readonly<Record<string, unknown>>;

/** What a layer may hold for each key. */
export const LAYER_KEYS = Object.fromEntries(
  POLICY_KEYS.map((key) => [key, unfilled(Policy.shape[key])]),
) as Record<PolicyKey, z.ZodOptional<z.ZodType>>;

/** The same schema without defaults, at any depth; the default that would have been filled in stays as a note for editors. */
function unfilled(schema: z.ZodType): z.ZodOptional<z.ZodType> {
  const { inner, note } = peeled(schema);
  const bare = inner instanceof z.ZodObject ? z.strictObject(eachUnfilled(inner.shape)) : inner;
  return bare.meta(note).optional();
}

function eachUnfilled(shape: Readonly<Record<string, z.ZodType>>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, unfilled(schema)]));
}

function peeled(schema: z.ZodType): { inner: z.ZodType; note: Record<string, unknown> } {
  const filled = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  const why = schema.description === undefined ? {} : { description: schema.description };
  if (!filled) return { inner: schema, note: why };
  return { inner: schema.unwrap() as z.ZodType, note: { ...why, default: schema.parse(undefined) } };
}

/** Lists that grow from layer to layer; every other value is replaced by the next one. */
export const CONCATENATED: ReadonlySet<string> = new Set(["known_test_failure_allowlist"]);

/** What the upper layer says on top of the lower one; groups of keys are merged key by key. */
export function overlay(lower: PolicyLayer, upper: PolicyLayer): PolicyLayer {
  const merged = Object.entries(upper).map(([key, value]) => [key, joined(key, lower[key], value)] as const);
  return { ...lower, ...Object.fromEntries(merged) };
}

function joined(key: string, below: unknown, above: unknown): unknown {
  if (CONCATENATED.has(key) && Array.isArray(below) && Array.isArray(above))
    return [...new Set<unknown>([...below, ...above])];
  return isGroup(below) && isGroup(above) ? overlay(below, above) : above;
}

export function isGroup(value: unknown): value is PolicyLayer {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Single values by their place, such as `limits.run.tokens`; an empty group is a value. */
export function leaves(layer: PolicyLayer, at = ""): [path: string, value: unknown][] {
  return Object.entries(layer).flatMap(([key, value]) =>
    isGroup(value) && Object.keys(value).length > 0
      ? leaves(value, `${at}${key}.`)
      : [[`${at}${key}`, value] as [string, unknown]],
  );
}
