type Row = Record<string, unknown>;

/** Column names are snake_case, fields camelCase; booleans come back from SQLite as 0 and 1, JSON as text. */
export function toRow(fields: Row, json: readonly string[] = []): Row {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [snake(name), json.includes(name) ? JSON.stringify(value) : plain(value)]),
  );
}

function plain(value: unknown): unknown {
  return typeof value === "string" ? storable(value) : value;
}

/** Postgres takes no NUL in a text, and words of other programs may hold one. */
export function storable(text: string): string {
  return text.replaceAll("\u0000", "\ufffd");
}

type Shape = { json?: readonly string[]; booleans?: readonly string[] };

export function fromRow(row: Row, { json = [], booleans = [] }: Shape = {}): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      const name = camel(column);
      if (json.includes(name)) return [name, typeof value === "string" ? JSON.parse(value) : value];
      return [name, booleans.includes(name) ? Boolean(value) : value];
    }),
  );
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camel(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
