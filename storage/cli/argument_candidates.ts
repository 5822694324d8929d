/**
 * What somebody may have meant by a name that there is not, as argparse4j 0.7 finds it.
 *
 * @module
 */

/** A name that differs by this much is another one. */
const TOO_DIFFERENT = 7;
const SUBSTITUTION = 2;
const INSERTION = 1;
const DELETION = 4;

/**
 * How much has to be done to a text to make another one of it: letters that have changed places cost nothing, added ones little, lost ones much.
 */
function difference(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, j) => j * INSERTION);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwapped = !isSame && i > 1 && j > 1 &&
        from[i - 2] === to[j - 1] && from[i - 1] === to[j - 2];
      row.push(Math.min(
        above[j - 1]! + (isSame ? 0 : SUBSTITUTION),
        isSwapped ? before[j - 2]! : Infinity,
        above[j]! + DELETION,
        row[j - 1]! + INSERTION,
      ));
    }
    [before, above] = [above, row];
  }
  return above[to.length]!;
}

/** The names that are most like a given one, in alphabetical order; none when all are too different. Dashes in front do not count. */
export function candidates(given: string, names: readonly string[]): string[] {
  const body = (name: string) => name.replace(/^-+/, "");
  const differences = names.map((name): [string, number] => [
    name,
    body(name).startsWith(body(given)) ? 0 : difference(body(given), body(name)),
  ]);
  const least = Math.min(...differences.map(([, difference]) => difference));
  if (least >= TOO_DIFFERENT) return [];
  return differences.filter(([, difference]) => difference === least).map(([name]) => name).sort();
}
