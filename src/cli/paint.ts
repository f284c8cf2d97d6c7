import { styleText } from "node:util";

type Style = "red" | "green" | "yellow" | "bold" | "dim";

/** Colours a word for a terminal; off a terminal, and under NO_COLOR, the word stays as it is. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream, validateStream: true });
}
