import { SECRET_SHAPES } from "./secret-scan.ts";

const SHORTEST = 6;
const KEY_BLOCK =
  /-----BEGIN [A-Z0-9 ]{0,60}PRIVATE KEY[\s\S]*?(?:-----END [A-Z0-9 ]{0,60}PRIVATE KEY[^\n]*|$)/g;

/** A text without credentials: those of any known shape, and these very values. */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  const named = known
    .filter((value) => value.length >= SHORTEST)
    .reduce((left, value) => left.replaceAll(value, "[redacted]"), text.replaceAll(KEY_BLOCK, "[redacted]"));
  return SECRET_SHAPES.reduce((left, [, shape]) => left.replaceAll(shape, "[redacted]"), named);
}
