import { z } from "zod";

/** The keys that a schema knows at a place, for suggestions; none where it holds no object. */
export function knownKeysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const place = path.reduce<z.core.$ZodType | undefined>(stepInto, schema);
  const object = place && bare(place);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function stepInto(schema: z.core.$ZodType | undefined, key: PropertyKey): z.core.$ZodType | undefined {
  const inner = schema && bare(schema);
  if (inner instanceof z.ZodObject) return inner.shape[String(key)];
  return inner instanceof z.ZodRecord ? inner.valueType : undefined;
}

function bare(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
    ? bare(schema.unwrap())
    : schema;
}
