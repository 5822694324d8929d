/**
 * A connection in memory: two pipes, one in each direction.
 *
 * @module
 */

import { type Address, addressText, type Connection, NetworkError } from "./transport.ts";

/** Bytes that a pipe holds before its writer has to wait. */
const PIPE_CAPACITY = 256 * 1024;

/** Lets a test get between two nodes. */
export interface MemoryNetworkFaults {
  /** Asked before a connection is made; `false` refuses it. */
  readonly mayConnect?: (to: Address) => boolean;
  /** Asked before bytes are handed on; `false` breaks the connection, a promise delays them and all that is written after them. */
  readonly mayDeliver?: (
    from: Address,
    to: Address,
    bytes: Uint8Array,
  ) => boolean | Promise<boolean>;
}

/** Bytes on their way in one direction. */
export class Pipe {
  readonly #chunks: Uint8Array[] = [];
  #held = 0;
  #wake: (() => void)[] = [];
  /** Nothing more will be written. */
  isEnded = false;
  /** What is in it is lost. */
  isBroken = false;

  /** Puts bytes in, as there is room. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      while (this.#held >= PIPE_CAPACITY && !this.isEnded && !this.isBroken) await this.#changed();
      if (this.isEnded || this.isBroken) {
        throw new NetworkError("disconnected", "Failed to write: the connection is closed");
      }
      const chunk = bytes.slice(at, at + PIPE_CAPACITY - this.#held);
      at += chunk.length;
      this.#chunks.push(chunk);
      this.#held += chunk.length;
      this.notify();
    }
  }

  /** Takes bytes out, at least one; 0 at the end. */
  async read(into: Uint8Array): Promise<number> {
    while (this.#chunks.length === 0) {
      if (this.isBroken) {
        throw new NetworkError("disconnected", "Failed to read: the connection was reset");
      }
      if (this.isEnded) return 0;
      await this.#changed();
    }
    const chunk = this.#chunks[0]!;
    const length = Math.min(chunk.length, into.length);
    into.set(chunk.subarray(0, length));
    if (length === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(length);
    this.#held -= length;
    this.notify();
    return length;
  }

  /** Has those who wait look again. */
  notify(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const each of wake) each();
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }
}

/** One end of a connection. */
export class MemoryConnection implements Connection {
  /** This end. */
  readonly localAddress: Address;
  /** The other end. */
  readonly remoteAddress: Address;
  readonly #input: Pipe;
  readonly #output: Pipe;
  readonly #faults: MemoryNetworkFaults;
  readonly #onEnd: () => void;
  /** What was written before and has not been handed on yet. */
  #delayed: Promise<unknown> | undefined;
  #isClosed = false;

  /** Joins two pipes; `onEnd` is called when the connection ends, perhaps twice. */
  constructor(
    localAddress: Address,
    remoteAddress: Address,
    input: Pipe,
    output: Pipe,
    faults: MemoryNetworkFaults,
    onEnd: () => void,
  ) {
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.#input = input;
    this.#output = output;
    this.#faults = faults;
    this.#onEnd = onEnd;
  }

  /** Reads what there is. */
  read(into: Uint8Array): Promise<number> {
    return this.#isClosed ? Promise.resolve(0) : this.#input.read(into);
  }

  /** Writes all, as the other side reads. */
  async write(bytes: Uint8Array): Promise<void> {
    // Bytes keep their order, whoever waits for how long.
    const before = this.#delayed;
    const delivered = this.#deliver(bytes, before);
    const settled = delivered.catch(() => {});
    this.#delayed = settled;
    try {
      await delivered;
    } finally {
      if (this.#delayed === settled) this.#delayed = undefined;
    }
  }

  async #deliver(bytes: Uint8Array, before: Promise<unknown> | undefined): Promise<void> {
    if (before !== undefined) await before;
    const may = this.#faults.mayDeliver?.(this.localAddress, this.remoteAddress, bytes) ?? true;
    if (!(may === true || await may)) {
      this.break();
      throw new NetworkError(
        "disconnected",
        `Failed to write to ${addressText(this.remoteAddress)}: the connection was reset`,
      );
    }
    await this.#output.write(bytes);
  }

  /** Ends it; what was written before still arrives. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onEnd();
    for (const pipe of [this.#input, this.#output]) {
      pipe.isEnded = true;
      pipe.notify();
    }
  }

  /** Breaks it for both sides. Returns whether it was whole. */
  break(): boolean {
    this.#onEnd();
    if (this.#input.isBroken || this.#input.isEnded) return false;
    for (const pipe of [this.#input, this.#output]) {
      pipe.isBroken = true;
      pipe.notify();
    }
    return true;
  }
}
