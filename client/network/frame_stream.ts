/**
 * The frames that a connection delivers, one after the other.
 *
 * @module
 */

import { readInt32 } from "../../storage/bytes/byte_reader.ts";
import { checkFrameSize, FRAME_SIZE_BYTES } from "../protocol/framing.ts";
import type { Connection } from "./transport.ts";

/** Bytes that are read at a time. */
const READ_SIZE = 32 * 1024;
/** A frame gets this much memory at once, and more only as its bytes come. */
const COMMITTED_SIZE = 1024 * 1024;

/** Reads frames. Each has memory of its own, which belongs to whoever asked for it. */
export class FrameStream {
  readonly #connection: Connection;
  readonly #maxSize: number;
  readonly #buffer = new Uint8Array(READ_SIZE);
  #start = 0;
  #end = 0;

  /**
   * Reads nothing yet.
   *
   * @param connection where frames come from
   * @param maxSize largest frame that is taken, bytes
   */
  constructor(connection: Connection, maxSize: number) {
    this.#connection = connection;
    this.#maxSize = maxSize;
  }

  /**
   * Waits for the next frame, and returns it without its size; `undefined` when the connection has ended.
   *
   * @throws {ProtocolError} for a size that is negative or too large
   * @throws {NetworkError} when the connection breaks
   */
  async next(): Promise<Uint8Array | undefined> {
    if (!await this.#hold(FRAME_SIZE_BYTES)) return undefined;
    const size = readInt32(this.#buffer, this.#start);
    checkFrameSize(size, this.#maxSize);
    if (FRAME_SIZE_BYTES + size <= READ_SIZE) {
      if (!await this.#hold(FRAME_SIZE_BYTES + size)) return undefined;
      const at = this.#start + FRAME_SIZE_BYTES;
      this.#start = at + size;
      return this.#buffer.slice(at, at + size);
    }
    return await this.#large(size);
  }

  /** Has at least `length` bytes in the buffer. Returns whether there were so many. */
  async #hold(length: number): Promise<boolean> {
    while (this.#end - this.#start < length) {
      if (this.#start > 0 && this.#start + length > READ_SIZE) {
        this.#buffer.copyWithin(0, this.#start, this.#end);
        this.#end -= this.#start;
        this.#start = 0;
      } else if (this.#start === this.#end) this.#start = this.#end = 0;
      const read = await this.#connection.read(this.#buffer.subarray(this.#end));
      if (read === 0) return false;
      this.#end += read;
    }
    return true;
  }

  /** Reads a large frame to where it stays. */
  async #large(size: number): Promise<Uint8Array | undefined> {
    let frame = new Uint8Array(Math.min(size, COMMITTED_SIZE));
    frame.set(this.#buffer.subarray(this.#start + FRAME_SIZE_BYTES, this.#end));
    let held = this.#end - this.#start - FRAME_SIZE_BYTES;
    this.#start = this.#end = 0;
    while (held < size) {
      if (held === frame.length) {
        const larger = new Uint8Array(Math.min(size, held * 4));
        larger.set(frame);
        frame = larger;
      }
      const read = await this.#connection.read(frame.subarray(held));
      if (read === 0) return undefined;
      held += read;
    }
    return frame;
  }
}
