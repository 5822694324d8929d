/**
 * Lines of standard input, as Java's `BufferedReader` takes them.
 *
 * @module
 */

import { decodeJavaUtf8 } from "../../storage/bytes/java_utf8.ts";
import { JavaException } from "./java_exception.ts";

/** A line that is longer would use up the memory; no broker takes a record of this size. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Collects a text of which the end is not there yet. */
class OpenLine {
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** Takes a copy: what it comes from may be used again. */
  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length > MAX_LINE_BYTES) {
      throw new JavaException("java.lang.OutOfMemoryError", "Java heap space");
    }
    this.#pieces.push(piece.slice());
  }

  /** Everything so far, in front of `piece`; it is empty then. */
  take(piece: Uint8Array): Uint8Array {
    if (this.#length === 0) return piece;
    const whole = new Uint8Array(this.#length + piece.length);
    let at = 0;
    for (const part of this.#pieces) {
      whole.set(part, at);
      at += part.length;
    }
    whole.set(piece, at);
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }
}

/** Splits a text that ends with the end of a line. */
function split(text: string): readonly string[] {
  const lines = text.split(text.includes("\r") ? /\r\n|\n|\r/ : "\n");
  lines.pop();
  return lines;
}

/**
 * The lines of a stream of UTF-8: all that have come with a piece of it at once, without their ends, which are LF, CR or both. Bytes that are no text become
 * U+FFFD.
 *
 * @throws {JavaException} `OutOfMemoryError` for a line without an end
 */
export async function* inputLines(
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterableIterator<readonly string[]> {
  const open = new OpenLine();
  let endedWithReturn = false;
  for await (const piece of input) {
    if (piece.length === 0) continue;
    const from = endedWithReturn && piece[0] === LINE_FEED ? 1 : 0;
    endedWithReturn = piece.at(-1) === CARRIAGE_RETURN;
    const end = Math.max(piece.lastIndexOf(LINE_FEED), piece.lastIndexOf(CARRIAGE_RETURN)) + 1;
    if (end > from) yield split(decodeJavaUtf8(open.take(piece.subarray(from, end))));
    open.add(piece.subarray(Math.max(from, end)));
  }
  const rest = open.take(new Uint8Array(0));
  if (rest.length > 0) yield [decodeJavaUtf8(rest)];
}
