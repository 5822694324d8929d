/**
 * What the records of `seglog producer-perf-test` are made of.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import { javaRegExp } from "../../storage/bytes/java_pattern.ts";
import { illegalArgument } from "./java_exception.ts";
import { javaSyntax } from "./java_syntax.ts";

/** The value of a record. */
export type Payload = (index: number) => Uint8Array;

/** Payloads are drawn once: so many bytes of them that none is twice in a batch, which would compress it better. */
const LETTER_BYTES = 1 << 20;
/** There are no more of them, however small they are. */
const MOST_PAYLOADS = 1 << 14;

const encoder = new TextEncoder();

/** Random capital letters. */
export function randomPayload(random: Random, size: number): Payload {
  const count = Math.min(MOST_PAYLOADS, Math.max(2, Math.floor(LETTER_BYTES / size)));
  const letters = random.bytes(count * size);
  for (let at = 0; at < letters.length; at++) letters[at] = 65 + ((letters[at]! * 26) >> 8);
  const payloads = Array.from(
    { length: count },
    (_, i) => letters.subarray(i * size, (i + 1) * size),
  );
  return (index) => payloads[index % count]!;
}

/** Numbers that count up, as text. */
export function monotonicPayload(): Payload {
  return (index) => encoder.encode(String(index));
}

/**
 * One of the payloads of a file, by chance.
 *
 * @throws {JavaException} `IllegalArgumentException` when the file has none
 */
export function listedPayload(random: Random, payloads: readonly Uint8Array[]): Payload {
  if (payloads.length === 0) {
    throw illegalArgument("No payload file, record size or payload-monotonic option provided.");
  }
  return () => payloads[Math.floor(random.next() * payloads.length)]!;
}

/**
 * The payloads of a file's text, as Java's `Scanner` finds them: what is between delimiters, which may be nothing, but neither in front of
 * a first delimiter at the very beginning nor behind one at the very end.
 *
 * @param delimiter a regular expression
 * @throws {JavaException} `PatternSyntaxException`
 */
export function splitPayloads(text: string, delimiter: string): Uint8Array[] {
  const pattern = javaSyntax(() => javaRegExp(delimiter), delimiter);
  const parts: string[] = [];
  let from = 0;
  for (const { index, 0: { length } } of text.matchAll(new RegExp(pattern, `${pattern.flags}g`))) {
    // A delimiter of no length is between characters only.
    if (length === 0 && (index === from || index === text.length)) continue;
    parts.push(text.slice(from, index));
    from = index + length;
  }
  parts.push(text.slice(from));
  if (parts[0] === "") parts.shift();
  if (parts.at(-1) === "") parts.pop();
  return parts.map((part) => encoder.encode(part));
}
