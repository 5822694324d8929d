/**
 * Where a line of text may break, as Java's `BreakIterator` says: in the help of Kafka's tools.
 *
 * @module
 */

/**
 * A word with what sticks to it: opening brackets before it, closing ones and punctuation or dashes behind it, then blanks. A tab ends a word.
 */
const WORD = /[([{$'"]*[^\s\-([{"!%.,:;?)\]}]*(?:-+|["'!%.,:;?)\]}]*) *\t?/y;
/** The same around a number, which keeps signs in front of it and points inside. */
const NUMBER = /[([{$'"-]*\d+(?:[.,]\d+)*(?:-+|["'!%.,:;?)\]}]*) *\t?/y;

function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** The pieces between which a line may break; blanks stay with what is before them. */
export function linePieces(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = Math.max(1, matchLength(WORD, text, at), matchLength(NUMBER, text, at));
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}
