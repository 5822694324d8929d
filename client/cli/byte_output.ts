/**
 * Standard output of a tool that prints bytes as they are.
 *
 * @module
 */

import type { ToolIo } from "../../storage/cli/tool.ts";

const BUFFER_BYTES = 64 * 1024;

/** Up to this length a loop is quicker than a call of the runtime. */
const SHORT = 32;

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
    if (length > SHORT) this.#buffer.set(bytes, this.#length);
    else for (let i = 0; i < length; i++) this.#buffer[this.#length + i] = bytes[i]!;
    this.#length += length;
  }

  /** Prints a text as UTF-8. */
  print(text: string): void {
    // No character takes more than three bytes.
    if (text.length * 3 > BUFFER_BYTES - this.#length) return this.write(encoder.encode(text));
    if (text.length <= SHORT && this.#printAscii(text)) return;
    this.#length += encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written;
  }

  /** Hands on what was printed so far. */
  flush(): void {
    if (this.#length === 0) return;
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    this.#hand(bytes);
  }

  /** Whether the text was ASCII, and is printed. */
  #printAscii(text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      const character = text.charCodeAt(i);
      if (character >= 0x80) return false;
      this.#buffer[this.#length + i] = character;
    }
    this.#length += text.length;
    return true;
  }

  #hand(bytes: Uint8Array): void {
    if (this.#isRead) this.#isRead = this.#io.stdoutBytes?.(bytes) ?? true;
  }
}
