/**
 * Repeating bytes already written: what every Lempel-Ziv decoder does.
 *
 * @module
 */

/** Copies `length` bytes from `distance` before `at` to `at`; where they overlap, the copy repeats itself. */
export function copyMatch(out: Uint8Array, at: number, distance: number, length: number): void {
  const from = at - distance;
  if (length > 48) {
    if (distance >= length) {
      out.copyWithin(at, from, from + length);
      return;
    }
    if (distance === 1) {
      out.fill(out[from]!, at, at + length);
      return;
    }
  }
  for (let i = 0; i < length; i++) out[at + i] = out[from + i]!;
}

/** Copies `source[from, from + length)` to `at`. */
export function copyLiteral(
  out: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
  length: number,
): void {
  if (length > 48) {
    out.set(source.subarray(from, from + length), at);
    return;
  }
  for (let i = 0; i < length; i++) out[at + i] = source[from + i]!;
}
