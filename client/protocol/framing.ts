/**
 * Frames: an int32 with the size of what follows, then a header, then a message.
 *
 * @module
 */

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
 * A whole request: size, header, message.
 *
 * @param memory gives as many bytes as it is asked for, all of which are written. Default: new ones
 */
export function encodeRequest<Req>(
  api: Api<Req, unknown>,
  version: number,
  header: { readonly correlationId: number; readonly clientId: string | null },
  body: Draft<Req>,
  memory: (length: number) => Uint8Array<ArrayBuffer> = newBytes,
): Uint8Array<ArrayBuffer> {
  const headerVersion = requestHeaderVersion(api, version);
  const clientId = clientIdBytes(header.clientId);
  const bodyAt = FRAME_SIZE_BYTES + requestHeaderSize(headerVersion, clientId);
  const frame = frameOf(bodyAt + encodedSize(api.request, version, body), memory);
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
