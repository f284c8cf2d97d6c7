/** A value as it is, reversed, in hexadecimal, URL-encoded, and inside base64 at each of the three offsets. */
export function disguises(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = [0, 1, 2].map((offset) => base64Core(bytes, offset));
  const forms = [
    value,
    [...value].reverse().join(""),
    hex,
    hex.toUpperCase(),
    encodeURIComponent(value),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
  return [...new Set(forms)].filter((form) => form.length >= 6);
}

/** The characters that the value alone decides when it starts at that offset of a base64 text. */
function base64Core(bytes: Uint8Array, offset: number): string {
  const shifted = String.fromCharCode(...new Uint8Array(offset), ...bytes);
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((shifted.length * 8) / 6);
  return btoa(shifted).slice(first, last);
}
