const MARK = "\n… cut here: this artifact was longer than artifact_cap allows …\n";

/** The beginning and the end of a text that is too long, with a mark between; at most `cap` bytes. */
export function capText(text: string, cap: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= cap) return text;
  const room = Math.max(0, cap - Buffer.byteLength(MARK) - 8); // a character cut in two becomes a longer sign
  const head = bytes.subarray(0, Math.ceil(room / 2)).toString("utf8");
  const tail = bytes.subarray(bytes.length - Math.floor(room / 2)).toString("utf8");
  return `${withoutHalf(head, /\ufffd+$/)}${MARK}${withoutHalf(tail, /^\ufffd+/)}`;
}

/** JSON that fits: its texts get shorter before anything of its shape is lost. */
export function fitJson(
  value: unknown,
  { cap, redact }: { cap: number; redact: (text: string) => string },
): string {
  for (const longest of [Number.POSITIVE_INFINITY, 2_000, 200, 20]) {
    const text = JSON.stringify(value, (_key, each: unknown) => shortened(each, longest, redact), 2);
    if (Buffer.byteLength(text) <= cap) return `${text}\n`;
  }
  return capText(
    JSON.stringify(value, (_key, each: unknown) => shortened(each, 20, redact)),
    cap,
  );
}

function shortened(value: unknown, longest: number, redact: (text: string) => string): unknown {
  if (typeof value !== "string") return value;
  const text = redact(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function withoutHalf(text: string, half: RegExp): string {
  return text.replace(half, "");
}
