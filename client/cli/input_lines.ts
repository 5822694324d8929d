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

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

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

  /** A copy of everything so far, and of `piece` behind it; it is empty then. */
  take(piece: Uint8Array): Uint8Array {
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

/** The same text in bytes that are UTF-8: what is none becomes U+FFFD, as Java reads it. */
function wellFormed(bytes: Uint8Array): Uint8Array {
  try {
    strict.decode(bytes);
    return bytes;
  } catch {
    return encoder.encode(decodeJavaUtf8(bytes));
  }
}

/** Splits a text that ends with the end of a line. */
function split(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) continue;
    lines.push(bytes.subarray(from, at));
    if (byte === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED) at++;
    from = at + 1;
  }
  return lines;
}

/**
 * The lines of a stream of UTF-8: all that have come with a piece of it at once, without their ends, which are LF, CR or both. Bytes that are no text become
 * U+FFFD. Lines are views on memory that is not used again.
 *
 * @throws {JavaException} `OutOfMemoryError` for a line without an end
 */
export async function* inputLines(
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterableIterator<readonly Uint8Array[]> {
  const open = new OpenLine();
  let endedWithReturn = false;
  for await (const piece of input) {
    if (piece.length === 0) continue;
    const from = endedWithReturn && piece[0] === LINE_FEED ? 1 : 0;
    endedWithReturn = piece.at(-1) === CARRIAGE_RETURN;
    const end = Math.max(piece.lastIndexOf(LINE_FEED), piece.lastIndexOf(CARRIAGE_RETURN)) + 1;
    if (end > from) yield split(wellFormed(open.take(piece.subarray(from, end))));
    open.add(piece.subarray(Math.max(from, end)));
  }
  const rest = open.take(new Uint8Array(0));
  if (rest.length > 0) yield [wellFormed(rest)];
}
