/** What came of a wish: the value that holds, and what was refused of it with the reason. */
export type Answer<T> = { value: T; refused: readonly Refusal[] };
export type Refusal = { at: string; why: string };

/** Which of two values of a key is the stricter one. A wish is granted where it is as strict or stricter. */
export type Direction<T> = (own: T, asked: T) => Answer<T>;

/** A smaller number is stricter. */
export const less: Direction<number> = (own, asked) =>
  asked <= own ? granted(asked) : refused(own, `at most ${own} holds here`);

/** A smaller number is stricter, and 0 stands for no limit at all. */
export const lessButNone: Direction<number> = (own, asked) => {
  const rank = (value: number) => (value === 0 ? Number.POSITIVE_INFINITY : value);
  return rank(asked) <= rank(own) ? granted(asked) : refused(own, `at most ${own} holds here`);
};

/** A greater number is stricter. */
export const greater: Direction<number> = (own, asked) =>
  asked >= own ? granted(asked) : refused(own, `at least ${own} holds here`);

/** Values from the loosest to the strictest. */
export function towards<T extends string | boolean>(...order: readonly T[]): Direction<T> {
  return (own, asked) =>
    order.indexOf(asked) >= order.indexOf(own) ? granted(asked) : refused(own, `${own} is stricter`);
}

/** What is on the list is forbidden, so more of it is stricter. */
export const adding: Direction<string[]> = (own, asked) => granted([...new Set([...own, ...asked])]);

/** What is on the list is excused, so less of it is stricter. */
export const removing: Direction<string[]> = (own, asked) => {
  const more = asked.filter((item) => !own.includes(item));
  const kept = granted(own.filter((item) => asked.includes(item)));
  return more.length === 0 ? kept : { ...kept, refused: [{ at: "", why: "nothing may be added to it" }] };
};

/** Not a question of strictness, or of other people's repositories as well. */
export function operators<T>(own: T): Answer<T> {
  return refused(own, "only the operator decides it");
}

/** Each key of a group in its own direction; what is not named stays. */
export function parts<T extends object>(directions: { [K in keyof T]: Direction<T[K]> }): Direction<T> {
  return (own, asked) => {
    const names = (Object.keys(directions) as (keyof T & string)[]).filter(
      (name) => asked[name] !== undefined,
    );
    const answers = names.map((name) => ({ name, ...directions[name](own[name], asked[name]) }));
    const values = Object.fromEntries(answers.map(({ name, value }) => [name, value]));
    return { value: { ...own, ...values }, refused: answers.flatMap(inside) };
  };
}

function inside({ name, refused: inner }: { name: string; refused: readonly Refusal[] }): Refusal[] {
  return inner.map(({ at, why }) => ({ at: `.${name}${at}`, why }));
}

function granted<T>(value: T): Answer<T> {
  return { value, refused: [] };
}

function refused<T>(own: T, why: string): Answer<T> {
  return { value: own, refused: [{ at: "", why }] };
}
