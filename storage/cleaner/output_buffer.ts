/**
 * Bytes that are put together before they are written out.
 *
 * @module
 */

/** A byte array that grows as needed, and shrinks back on request. */
export class OutputBuffer {
  readonly #initialCapacity: number;
  /** The bytes; only the first {@linkcode length} count. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Bytes in use. */
  length = 0;

  /** @param initialCapacity bytes to start with */
  constructor(initialCapacity: number) {
    this.#initialCapacity = initialCapacity;
    this.bytes = new Uint8Array(initialCapacity);
  }

  /** Makes room for `count` more bytes, and gives the position where they go; {@linkcode length} is behind them then. */
  extend(count: number): number {
    const at = this.length;
    const needed = at + count;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
    }
    this.length = needed;
    return at;
  }

  /** Appends `source[start, end)`. */
  append(source: Uint8Array, start: number, end: number): void {
    const at = this.extend(end - start);
    this.bytes.set(source.subarray(start, end), at);
  }

  /** Drops everything, keeps the memory. */
  clear(): void {
    this.length = 0;
  }

  /** Drops everything, and memory beyond the initial capacity. */
  restore(): void {
    this.length = 0;
    if (this.bytes.length > this.#initialCapacity) {
      this.bytes = new Uint8Array(this.#initialCapacity);
    }
  }
}
