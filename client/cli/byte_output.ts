/**
 * Standard output of a tool that prints bytes as they are.
 *
 * @module
 */

import type { ToolIo } from "../../storage/cli/tool.ts";

const BUFFER_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** Joins what is printed, because one write for each piece would cost more than all the rest. */
export class ByteOutput {
  readonly #io: Pick<ToolIo, "stdoutBytes">;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #length = 0;
  #isRead = true;

  constructor(io: Pick<ToolIo, "stdoutBytes">) {
    this.#io = io;
  }

  /** Whether there is still somebody who reads it; if not, what is printed goes nowhere. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Prints bytes. */
  write(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length > BUFFER_BYTES - this.#length) {
      this.flush();
      if (length > BUFFER_BYTES) return this.#hand(bytes);
    }
    this.#buffer.set(bytes, this.#length);
    this.#length += length;
  }

  /** Prints a text as UTF-8. */
  print(text: string): void {
    // No character takes more than three bytes.
    if (text.length * 3 > BUFFER_BYTES - this.#length) return this.write(encoder.encode(text));
    this.#length += encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written;
  }

  /** Hands on what was printed so far. */
  flush(): void {
    if (this.#length === 0) return;
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    this.#hand(bytes);
  }

  #hand(bytes: Uint8Array): void {
    if (this.#isRead) this.#isRead = this.#io.stdoutBytes?.(bytes) ?? true;
  }
}
