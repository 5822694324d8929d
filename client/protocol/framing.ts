/**
 * Frames: an int32 with the size of what follows, then a header, then a message.
 *
 * @module
 */

import { readInt32 } from "../../storage/bytes/byte_reader.ts";
import { writeInt32 } from "../../storage/bytes/byte_writer.ts";
import { type Draft, encodedSize, encodeInto } from "../../storage/message/message_codec.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";
import type { Api } from "./api.ts";
import { requestHeaderVersion, responseHeaderVersion } from "./api_keys.ts";
import {
  clientIdBytes,
  requestHeaderSize,
  responseHeaderSize,
  writeRequestHeader,
  writeResponseHeader,
} from "./headers.ts";

/** Bytes of the size in front of a frame. */
export const FRAME_SIZE_BYTES = 4;

/** Checks the size that a frame announces. The texts are those of Kafka's log. */
export function checkFrameSize(size: number, maxSize: number): void {
  if (size < 0) throw new ProtocolError(`Invalid receive (size = ${size})`);
  if (size > maxSize) {
    throw new ProtocolError(`Invalid receive (size = ${size} larger than ${maxSize})`);
  }
}

/**
 * Cuts a stream of bytes into frames, as it comes. It holds no more than what has come of the frame that is not whole yet, whatever size
 * that one announces.
 */
export class FrameReader {
  readonly #maxSize: number;
  /** What has come of the next frame, its size included. */
  #parts: Uint8Array[] = [];
  #held = 0;
  /** Bytes of the next frame with its size; 4 until the size is known. */
  #wanted = FRAME_SIZE_BYTES;

  /**
   * Waits for a first frame.
   *
   * @param maxSize largest size of a frame, `socket.request.max.bytes`
   */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Bytes held of a frame that is not whole. */
  get held(): number {
    return this.#held;
  }

  /**
   * Takes what came and returns the frames that are whole with it, without their sizes.
   *
   * @param chunk belongs to the reader and to the frames from here on: they are views where they can be
   * @throws {ProtocolError} for a size that is negative or too large; the stream is of no use any more
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#held === 0 && chunk.length - at >= FRAME_SIZE_BYTES) {
        const size = readInt32(chunk, at);
        checkFrameSize(size, this.#maxSize);
        const start = at + FRAME_SIZE_BYTES;
        if (chunk.length - start >= size) {
          frames.push(chunk.subarray(start, start + size));
          at = start + size;
          continue;
        }
      }
      at += this.#take(chunk, at);
      if (this.#held === this.#wanted && this.#wanted > FRAME_SIZE_BYTES) {
        frames.push(this.#join().subarray(FRAME_SIZE_BYTES));
      } else if (this.#held === FRAME_SIZE_BYTES) {
        const head = this.#join();
        const size = readInt32(head, 0);
        checkFrameSize(size, this.#maxSize);
        if (size === 0) frames.push(head.subarray(FRAME_SIZE_BYTES));
        else {
          this.#parts = [head];
          this.#held = FRAME_SIZE_BYTES;
          this.#wanted = FRAME_SIZE_BYTES + size;
        }
      }
    }
    return frames;
  }

  /** Keeps what belongs to the frame that is not whole. Returns how much that was. */
  #take(chunk: Uint8Array, at: number): number {
    const length = Math.min(chunk.length - at, this.#wanted - this.#held);
    this.#parts.push(chunk.subarray(at, at + length));
    this.#held += length;
    return length;
  }

  #join(): Uint8Array {
    const bytes = new Uint8Array(this.#held);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#held = 0;
    this.#wanted = FRAME_SIZE_BYTES;
    return bytes;
  }
}

/** A whole request: size, header, message. */
export function encodeRequest<Req>(
  api: Api<Req, unknown>,
  version: number,
  header: { readonly correlationId: number; readonly clientId: string | null },
  body: Draft<Req>,
): Uint8Array<ArrayBuffer> {
  const headerVersion = requestHeaderVersion(api, version);
  const clientId = clientIdBytes(header.clientId);
  const bodyAt = FRAME_SIZE_BYTES + requestHeaderSize(headerVersion, clientId);
  const frame = frameOf(bodyAt + encodedSize(api.request, version, body));
  writeRequestHeader(
    headerVersion,
    { requestApiKey: api.key, requestApiVersion: version, ...header },
    clientId,
    frame,
    FRAME_SIZE_BYTES,
  );
  encodeInto(api.request, version, body, frame, bodyAt);
  return frame;
}

/**
 * A whole response: size, header, message. Records go from where they are into it, without a copy between.
 *
 * @param memory gives as many bytes as it is asked for, all of which are written. Default: new ones
 */
export function encodeResponse<Res>(
  api: Api<unknown, Res>,
  version: number,
  correlationId: number,
  body: Draft<Res>,
  memory: (length: number) => Uint8Array<ArrayBuffer> = newBytes,
): Uint8Array<ArrayBuffer> {
  const headerVersion = responseHeaderVersion(api, version);
  const bodyAt = FRAME_SIZE_BYTES + responseHeaderSize(headerVersion);
  const frame = frameOf(bodyAt + encodedSize(api.response, version, body), memory);
  writeResponseHeader(headerVersion, correlationId, frame, FRAME_SIZE_BYTES);
  encodeInto(api.response, version, body, frame, bodyAt);
  return frame;
}

const newBytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length);

function frameOf(length: number, memory = newBytes): Uint8Array<ArrayBuffer> {
  const size = length - FRAME_SIZE_BYTES;
  if (size > 0x7fff_ffff) throw new ProtocolError(`Message is too large to be sent: ${size} bytes`);
  const frame = memory(length);
  writeInt32(frame, 0, size);
  return frame;
}
