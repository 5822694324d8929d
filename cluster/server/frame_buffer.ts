/**
 * Cuts the bytes of a connection into frames: a length of 4 bytes, then that many.
 *
 * @module
 */

import { readInt32 } from "../../storage/bytes/byte_reader.ts";
import { checkFrameSize, FRAME_SIZE_BYTES } from "../../client/protocol/framing.ts";
import type { MemoryPool } from "../../client/network/memory_pool.ts";

/** What a connection always has: all that a quiet one costs. */
export const OWN_SIZE = 4 * 1024;
/** A busy connection reads this much at a time, so that several requests come with one call of the system. */
const READ_SIZE = 256 * 1024;
/** A large frame gets this much at once, and more only as its bytes come: to announce a length costs a client nothing. */
const COMMITTED_SIZE = 1024 * 1024;
/** With more than this lent, bytes, a connection reads into its own memory when it waits for a next request. */
const PLENTY = 64 * 1024 * 1024;
/** So many small reads one after the other are the end of a busy time. */
const QUIET_READS = 16;

/**
 * Bytes that came in. A frame is a view on them, and good until the next call of {@linkcode FrameBuffer.space} or
 * {@linkcode FrameBuffer.release}.
 */
export class FrameBuffer {
  readonly #pool: MemoryPool;
  readonly #own = new Uint8Array(OWN_SIZE);
  #bytes: Uint8Array = this.#own;
  #start = 0;
  #end = 0;
  #wasFilled = false;
  #smallReads = 0;

  /** Starts empty, with memory from a pool when its own is not enough. */
  constructor(pool: MemoryPool) {
    this.#pool = pool;
  }

  /**
   * The next whole frame without its length; `undefined` when more bytes are needed.
   *
   * @param maxSize largest frame that is taken, bytes
   * @throws {ProtocolError} for a length that is negative or too large
   */
  next(maxSize: number): Uint8Array | undefined {
    const size = this.announced(maxSize);
    if (size === undefined || this.#end - this.#start < FRAME_SIZE_BYTES + size) return undefined;
    const at = this.#start + FRAME_SIZE_BYTES;
    this.#start = at + size;
    return this.#bytes.subarray(at, at + size);
  }

  /** The size of the next frame, as far as that is known; errors as {@linkcode FrameBuffer.next}. */
  announced(maxSize: number): number | undefined {
    if (this.#end - this.#start < FRAME_SIZE_BYTES) return undefined;
    const size = readInt32(this.#bytes, this.#start);
    checkFrameSize(size, maxSize);
    return size;
  }

  /** Bytes of memory in use. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Where to read to next; never empty. To be followed by {@linkcode FrameBuffer.received}. */
  space(maxSize: number): Uint8Array {
    const held = this.#end - this.#start;
    if (held === 0) {
      this.#betweenFrames();
      return this.#bytes;
    }
    const wanted = FRAME_SIZE_BYTES + (this.announced(maxSize) ?? 0);
    this.#inFrame(held, wanted);
    // What would come behind a large frame would have to move when the next one goes on.
    return this.#bytes.subarray(this.#end, wanted > READ_SIZE ? this.#start + wanted : undefined);
  }

  /** Takes note of `length` bytes that were read to where {@linkcode FrameBuffer.space} said. */
  received(length: number): void {
    this.#end += length;
    this.#wasFilled = this.#end === this.#bytes.length;
    this.#smallReads = length < OWN_SIZE ? this.#smallReads + 1 : 0;
  }

  /** Gives memory back; what was in it is gone. */
  release(): void {
    this.#use(this.#own, 0);
  }

  /** Nothing is held: large memory is given back, unless there is plenty and the connection is busy. */
  #betweenFrames(): void {
    const hasPlenty = this.#pool.lent <= PLENTY;
    const { length } = this.#bytes;
    if (!hasPlenty || length > READ_SIZE || this.#smallReads >= QUIET_READS) this.release();
    else if (this.#wasFilled && length < READ_SIZE) {
      this.release();
      this.#use(this.#pool.take(Math.min(READ_SIZE, length * 4)), 0);
    } else this.#start = this.#end = 0;
  }

  /** A frame of `wanted` bytes has begun: there must be room for more of it. */
  #inFrame(held: number, wanted: number): void {
    const { length } = this.#bytes;
    if (this.#start + wanted <= length) return;
    const isFull = this.#end === length;
    const readsAhead = isFull && this.#pool.lent <= PLENTY;
    const useful = Math.max(wanted, readsAhead ? Math.min(READ_SIZE, length * 4) : 0);
    const target = Math.min(useful, Math.max(COMMITTED_SIZE, held * 4));
    if (target > length && (isFull || length < COMMITTED_SIZE)) {
      this.#use(this.#pool.take(target), held);
    } else if (this.#start > 0) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
      this.#end = held;
    }
  }

  /** Goes on in other memory, to which what is held moves. */
  #use(bytes: Uint8Array, held: number): void {
    const before = this.#bytes;
    if (bytes !== before) {
      if (held > 0) bytes.set(before.subarray(this.#start, this.#end));
      this.#bytes = bytes;
      if (before !== this.#own) this.#pool.give(before);
    }
    this.#start = 0;
    this.#end = held;
  }
}
