/**
 * `new String(bytes, UTF_8)`: as every other decoder for text, and with the same number of replacement characters for
 * bytes that are none. Java gives one for an encoded surrogate where the web's decoder gives three, and one for
 * whatever is cut off at the end.
 *
 * @module
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const REPLACEMENT = "\ufffd";

/** Text of bytes that may be anything. */
export function decodeJavaUtf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeMalformed(bytes);
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Whether `second` can follow `first` at the start of three bytes; surrogates pass. */
function startsThree(first: number, second: number | undefined): boolean {
  return isContinuation(second) && !(first === 0xe0 && second! < 0xa0);
}

function startsFour(first: number, second: number | undefined): boolean {
  if (first > 0xf4 || !isContinuation(second)) return false;
  return !(first === 0xf0 && second! < 0x90) && !(first === 0xf4 && second! >= 0x90);
}

/** How many bytes from `at` on one replacement character stands for, or a negative count of bytes that are a character. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const second = bytes[at + 1];
  const third = bytes[at + 2];
  if (first < 0x80) return -1;
  if (first >= 0xc2 && first < 0xe0) return isContinuation(second) ? -2 : 1;
  if (first >= 0xe0 && first < 0xf0) {
    if (!startsThree(first, second)) return 1;
    if (!isContinuation(third)) return 2;
    return first === 0xed && second! >= 0xa0 ? 3 : -3;
  }
  if (first >= 0xf0 && first < 0xf8) {
    if (!startsFour(first, second)) return 1;
    if (!isContinuation(third)) return 2;
    return isContinuation(bytes[at + 3]) ? -4 : 3;
  }
  return 1;
}

function decodeMalformed(bytes: Uint8Array): string {
  let text = "";
  let sound = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = lengthAt(bytes, at);
    if (length < 0) {
      at -= length;
      continue;
    }
    if (at > sound) text += strict.decode(bytes.subarray(sound, at));
    text += REPLACEMENT;
    at += length;
    sound = at;
  }
  return sound < bytes.length ? text + strict.decode(bytes.subarray(sound)) : text;
}
