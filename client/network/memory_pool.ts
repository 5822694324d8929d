/**
 * Memory that is used again.
 *
 * @module
 */

const SMALLEST_BITS = 12;
const LARGEST_BITS = 24;

/** Default of what a pool keeps, bytes. */
const MAX_KEPT = 32 * 1024 * 1024;

/**
 * Lends byte arrays for requests and responses. New memory is expensive: the system gives it out page by page at the first touch, which for a
 * response of 1 MiB takes ten times as long as filling it. So what comes back is kept, up to a bound, and lent again as it is: what is in it
 * is left over from others.
 */
export class MemoryPool {
  readonly #maxKept: number;
  /** Free arrays; those at `i` have `2^(SMALLEST_BITS + i)` bytes. */
  readonly #free: Uint8Array<ArrayBuffer>[][] = Array.from(
    { length: LARGEST_BITS - SMALLEST_BITS + 1 },
    () => [],
  );
  readonly #lentBuffers = new WeakSet<ArrayBufferLike>();
  #kept = 0;
  #lent = 0;

  /** Starts empty; `maxKept` bounds the bytes that wait to be lent again. */
  constructor(maxKept: number = MAX_KEPT) {
    this.#maxKept = maxKept;
  }

  /** Bytes that are lent. */
  get lent(): number {
    return this.#lent;
  }

  /** Bytes that wait to be lent again. */
  get kept(): number {
    return this.#kept;
  }

  /** Lends `size` bytes or more. Arrays of more than 16 MiB are made for the purpose, of the exact size, and not kept. */
  take(size: number): Uint8Array<ArrayBuffer> {
    const bits = Math.max(SMALLEST_BITS, 32 - Math.clz32(Math.max(size, 1) - 1));
    if (size > 2 ** LARGEST_BITS) return new Uint8Array(size);
    const free = this.#free[bits - SMALLEST_BITS]!.pop();
    const bytes = free ?? new Uint8Array(2 ** bits);
    if (free !== undefined) this.#kept -= bytes.length;
    this.#lent += bytes.length;
    this.#lentBuffers.add(bytes.buffer);
    return bytes;
  }

  /** Takes back what was lent, or a part of it for the whole; the giver must not touch it any more. What was not lent here is left alone. */
  give(bytes: Uint8Array): void {
    const { buffer } = bytes;
    if (!this.#lentBuffers.delete(buffer)) return;
    const size = buffer.byteLength;
    this.#lent -= size;
    if (this.#kept + size > this.#maxKept) return;
    this.#kept += size;
    this.#free[31 - Math.clz32(size) - SMALLEST_BITS]!.push(new Uint8Array(buffer as ArrayBuffer));
  }
}
