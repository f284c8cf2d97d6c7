import { withoutHiddenMarkup } from "./hidden-markup.ts";

/** Colours and cursor moves of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are taken out
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]{0,2000}(?:\u0007|\u001b\\)|[@-Z\\^_])/g;
/** What is not seen or changes how the rest is seen: controls, bidi overrides, zero widths, tags, lone surrogates. */
const UNSEEN =
  /[^\P{Cc}\n\t]|[\p{Default_Ignorable_Code_Point}\p{Cs}\u061c\u2066-\u2069\u202a-\u202e\ufff9-\ufffb]/gu;
/** The same, written as HTML entities. */
const ENTITY =
  /&(?:#(\d{1,8})|#x([0-9a-f]{1,7})|(?:zwnj|zwj|lrm|rlm|shy|nobreak|zerowidthspace|negative\w{3,12}space|applyfunction|af|invisibletimes|it|invisiblecomma|ic));/gi;
const ROUNDS = 20;

/** Text of a program (a log, a name, a path) without anything that is not seen. */
export function seenText(text: string): string {
  const lines = text.replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n");
  return lines.replace(ANSI, "").replace(UNSEEN, "");
}

/** Text that a person wrote in Markdown, as others see it: nothing hidden, code as it is. */
export function visibleText(text: string): string {
  return settled(seenText(text), (before) =>
    withoutHiddenMarkup(seenText(before.replace(ENTITY, unseenEntity))),
  );
}

function unseenEntity(entity: string, decimal?: string, hex?: string): string {
  if (decimal === undefined && hex === undefined) return "";
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  if (code > 0x10ffff) return entity;
  const letter = String.fromCodePoint(code);
  return seenText(letter) === "" ? "" : entity;
}

/** Taking one thing out may join the halves of another, so it is done until nothing changes; then brackets give way. */
function settled(text: string, step: (text: string) => string): string {
  let before = text;
  for (let left = ROUNDS; left > 0; left--) {
    const after = step(before);
    if (after === before) return after;
    before = after;
  }
  return step(before.replace(/[<>&[\]()]/g, ""));
}
