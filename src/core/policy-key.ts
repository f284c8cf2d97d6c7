import { z } from "zod";

// One line for each key of the policy: what it may be, what it is when nobody says, and why it is there.

export function whole(range: readonly [least: number, most: number], fallback: number, why: string) {
  const [least, most] = range;
  return z.number().int().min(least).max(most).default(fallback).describe(why);
}

/** A sum of money or a price; 0 and more. */
export function amount(fallback: number, why: string) {
  return z.number().min(0).max(1_000_000).default(fallback).describe(why);
}

export function yesNo(fallback: boolean, why: string) {
  return z.boolean().default(fallback).describe(why);
}

export function choice<const T extends string>(
  values: readonly [T, ...T[]],
  fallback: NoInfer<T>,
  why: string,
) {
  return z
    .enum(values)
    .default(() => fallback)
    .describe(why);
}

export function words(most: number, fallback: readonly string[], why: string) {
  return z
    .array(z.string().trim().min(1).max(1_000))
    .max(most)
    .default([...fallback])
    .describe(why);
}
