const SHORTEST = 6;
const HIDDEN = "«redacted»";

/** Takes known credentials out of a text, by exact value. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const values = [...new Set(secrets)]
    .filter((value) => value.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => values.reduce((rest, value) => rest.replaceAll(value, HIDDEN), text);
}

const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|DATABASE_URL|OTLP_HEADERS)/i;

/** The credentials that this process was started with. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value &&
    SECRET_NAME.test(name) &&
    value.length >= SHORTEST &&
    !value.startsWith("/") &&
    !value.startsWith("sqlite:")
      ? [value]
      : [],
  );
}
