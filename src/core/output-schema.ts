import { z } from "zod";

/** What providers do not take in the schema of an answer; it is checked when the answer is read. */
const NOT_TAKEN = [
  "maxLength",
  "minLength",
  "maxItems",
  "minItems",
  "default",
  "pattern",
  "$schema",
] as const;

/** A schema as `codex exec --output-schema` takes it: every field required, nothing beside them. */
export function outputSchema(schema: z.ZodType): object {
  const { $schema, ...made } = z.toJSONSchema(schema, {
    target: "draft-7",
    override: ({ jsonSchema }) => {
      for (const key of NOT_TAKEN) delete jsonSchema[key];
    },
  });
  return made;
}
