/**
 * What stands in front of requests and responses.
 *
 * ```text
 * request header 1   api key int16, api version int16, correlation id int32, client id string (may be null)
 * request header 2   the same, the client id still with a length of 2 bytes, then tagged fields
 * response header 0  correlation id int32
 * response header 1  the same, then tagged fields
 * ```
 *
 * @module
 */

import { writeInt16, writeInt32 } from "../../storage/bytes/byte_writer.ts";
import { MessageSource } from "../../storage/message/message_source.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";
import { apiByKey, requestHeaderVersion } from "./api_keys.ts";

/** What a client tells about a request before the request itself. */
export interface RequestHeader {
  /** Number of the API. */
  readonly requestApiKey: number;
  /** Version of the API. */
  readonly requestApiVersion: number;
  /** Number by which the client knows the answer again. */
  readonly correlationId: number;
  /** Name that the client gave itself. */
  readonly clientId: string | null;
}

/** A header that was read. */
export interface DecodedRequestHeader extends RequestHeader {
  /** Position of the request behind it. */
  readonly bodyAt: number;
}

/** A response's header that was read. */
export interface DecodedResponseHeader {
  /** Number of the request that is answered. */
  readonly correlationId: number;
  /** Position of the response behind it. */
  readonly bodyAt: number;
}

const utf8 = new TextEncoder();

/** Moves over tagged fields: no header has one that is known. */
function skipTaggedFields(source: MessageSource): void {
  const count = source.unsignedVarint();
  for (let i = 0; i < count; i++) {
    source.unsignedVarint();
    source.take(source.unsignedVarint());
  }
}

/**
 * Reads the header of a request. Its own version follows from API and version of the request, also where there is no such version.
 *
 * @throws {ProtocolError} for bytes that are no header, and for an API that is not known, as nobody can tell where the header ends
 */
export function decodeRequestHeader(
  bytes: Uint8Array,
  at = 0,
  end: number = bytes.length,
): DecodedRequestHeader {
  const source = new MessageSource(bytes, at, end);
  const requestApiKey = source.int16();
  const requestApiVersion = source.int16();
  const api = apiByKey(requestApiKey);
  if (api === undefined) throw new ProtocolError(`Unknown API key ${requestApiKey}`);
  const correlationId = source.int32();
  const length = source.int16();
  const clientId = length < 0 ? null : source.text(length);
  if (requestHeaderVersion(api, requestApiVersion) === 2) skipTaggedFields(source);
  return { requestApiKey, requestApiVersion, correlationId, clientId, bodyAt: source.at };
}

/** A client id as bytes; empty for none. */
export function clientIdBytes(clientId: string | null): Uint8Array {
  const bytes = utf8.encode(clientId ?? "");
  if (bytes.length > 0x7fff) {
    throw new ProtocolError(`Client id is too long to be serialized: ${bytes.length} bytes`);
  }
  return bytes;
}

/** Bytes of a request's header. */
export function requestHeaderSize(headerVersion: 1 | 2, clientId: Uint8Array): number {
  return 10 + clientId.length + (headerVersion === 2 ? 1 : 0);
}

/** Writes a request's header at `at`. Returns the position behind it. */
export function writeRequestHeader(
  headerVersion: 1 | 2,
  header: RequestHeader,
  clientId: Uint8Array,
  target: Uint8Array,
  at: number,
): number {
  writeInt16(target, at, header.requestApiKey);
  writeInt16(target, at + 2, header.requestApiVersion);
  writeInt32(target, at + 4, header.correlationId);
  writeInt16(target, at + 8, header.clientId === null ? -1 : clientId.length);
  target.set(clientId, at + 10);
  const end = at + 10 + clientId.length;
  if (headerVersion === 1) return end;
  target[end] = 0;
  return end + 1;
}

/** Bytes of a response's header. */
export function responseHeaderSize(headerVersion: 0 | 1): number {
  return 4 + headerVersion;
}

/** Writes a response's header at `at`. Returns the position behind it. */
export function writeResponseHeader(
  headerVersion: 0 | 1,
  correlationId: number,
  target: Uint8Array,
  at: number,
): number {
  writeInt32(target, at, correlationId);
  if (headerVersion === 1) target[at + 4] = 0;
  return at + 4 + headerVersion;
}

/**
 * Reads the header of a response.
 *
 * @throws {ProtocolError} for bytes that are none
 */
export function decodeResponseHeader(
  headerVersion: 0 | 1,
  bytes: Uint8Array,
  at = 0,
  end: number = bytes.length,
): DecodedResponseHeader {
  const source = new MessageSource(bytes, at, end);
  const correlationId = source.int32();
  if (headerVersion === 1) skipTaggedFields(source);
  return { correlationId, bodyAt: source.at };
}
