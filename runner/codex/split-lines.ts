/** A line over the limit is given by its beginning and its length; a cut one lacks its line end. */
export type Line =
  | { kind: "whole"; text: string }
  | { kind: "long"; beginning: string; bytes: number }
  | { kind: "cut"; text: string };

export type LineSplitter = { push(chunk: Buffer): Line[]; end(): Line[] };

const NEW_LINE = 0x0a;
const BEGINNING_BYTES = 4_096;

/** Splits bytes into lines and holds a copy of at most `maxBytes` of an unfinished one, however long it grows. */
export function splitLines(maxBytes: number): LineSplitter {
  let pieces: Buffer[] = [];
  let bytes = 0;

  function hold(piece: Buffer): void {
    bytes += piece.length;
    if (bytes <= maxBytes) pieces.push(piece);
    else if (pieces.length > 1 || (pieces[0]?.length ?? 0) !== BEGINNING_BYTES) {
      pieces = [Buffer.concat([...pieces, piece.subarray(0, BEGINNING_BYTES)]).subarray(0, BEGINNING_BYTES)];
    }
  }

  function finish(kind: "whole" | "cut"): Line {
    const held = Buffer.concat(pieces).toString("utf8");
    const line: Line = bytes > maxBytes ? { kind: "long", beginning: held, bytes } : { kind, text: held };
    pieces = [];
    bytes = 0;
    return line;
  }

  return {
    push(chunk) {
      const lines: Line[] = [];
      let from = 0;
      for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, from)) {
        hold(chunk.subarray(from, at));
        lines.push(finish("whole"));
        from = at + 1;
      }
      if (from < chunk.length)
        hold(bytes > maxBytes ? chunk.subarray(from) : Buffer.from(chunk.subarray(from)));
      return lines;
    },
    end: () => (bytes === 0 ? [] : [finish("cut")]),
  };
}
