import { readToml, type TomlEntry, type TomlScalar, type TomlTable } from "./read-toml.ts";

/** The provider that a person's own Codex configuration selects. Nothing else of that file is taken over. */
export type ConfiguredProvider = {
  name: string;
  baseUrl: string | null;
  envKey: string | null;
  wireApi: string | null;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
};
export type CodexConfig = { model: string | null; provider: ConfiguredProvider | null };
export type CodexConfigReading = { ok: true; config: CodexConfig } | { ok: false; why: string };

export function readCodexConfig(text: string): CodexConfigReading {
  const reading = readToml(text);
  if (!reading.ok)
    return { ok: false, why: `line ${reading.line} of config.toml cannot be read: ${reading.why}` };
  const model = textAt(reading.entries, ["model"]);
  const selected = textAt(reading.entries, ["model_provider"]);
  const provider = selected === null ? null : configuredProvider(reading.entries, selected);
  return { ok: true, config: { model, provider } };
}

function configuredProvider(entries: readonly TomlEntry[], name: string): ConfiguredProvider {
  const at = ["model_providers", name];
  return {
    name,
    baseUrl: textAt(entries, [...at, "base_url"]),
    envKey: textAt(entries, [...at, "env_key"]),
    wireApi: textAt(entries, [...at, "wire_api"]),
    query: tableAt(entries, [...at, "query_params"]),
    headers: tableAt(entries, [...at, "http_headers"]),
  };
}

function textAt(entries: readonly TomlEntry[], path: readonly string[]): string | null {
  const value = valueAt(entries, path);
  return typeof value === "string" ? value : null;
}

/** A value may stand under its own header or inside an inline table of any parent. */
function valueAt(entries: readonly TomlEntry[], path: readonly string[]): TomlScalar | TomlTable | null {
  const own = entries.find((entry) => samePath(entry.path, path));
  if (own !== undefined) return own.value;
  const key = path.at(-1);
  const parent = entries.find((entry) => samePath(entry.path, path.slice(0, -1)))?.value;
  return typeof parent === "object" && key !== undefined ? (parent[key] ?? null) : null;
}

function tableAt(entries: readonly TomlEntry[], path: readonly string[]): Record<string, string> {
  const inline = valueAt(entries, path);
  const inside = entries
    .filter((entry) => entry.path.length === path.length + 1 && samePath(entry.path.slice(0, -1), path))
    .map((entry) => [entry.path.at(-1) ?? "", entry.value] as const);
  const all = [...(typeof inline === "object" && inline !== null ? Object.entries(inline) : []), ...inside];
  return Object.fromEntries(all.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
