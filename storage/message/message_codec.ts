/**
 * Kafka's serialization of generated messages, in all their versions: fields in the schema's order; in flexible versions lengths as
 * unsigned varints of length + 1, and behind each structure its tagged fields:
 *
 * ```text
 * count          unsigned varint
 * each, by tag:  tag, size of the value (unsigned varints), value
 * ```
 *
 * A schema is compiled once for each version in use. A message is written in two passes, one for its exact size, so that it
 * takes one allocation, and records go straight from where they are to where they are sent from.
 *
 * @module
 */

import { compileStruct } from "./message_compiler.ts";
import { includesVersion, type MessageSchema, parseSchemas } from "./message_schema.ts";
import { MessageSink } from "./message_sink.ts";
import { MessageSource } from "./message_source.ts";
import { ProtocolError } from "./protocol_error.ts";
import type { ValueCodec } from "./value_codec.ts";

export { ProtocolError } from "./protocol_error.ts";

/** A kind of message, whose decoded form is a `T`. */
export interface Message<T> {
  /** Kafka's name. */
  readonly name: string;
  /** Api key, or record type; -1 when it has none. */
  readonly apiKey: number;
  /** The parsed table. */
  readonly schema: MessageSchema;
  /** Only for the type checker. */
  readonly type?: T;
}

/** Records that are not in memory: they are read into the message while it is written. */
export interface RecordsSource {
  /** Bytes. */
  readonly size: number;
  /** Puts all of them at `at`. Returns how many there were; a message with fewer is not sent. */
  readInto(target: Uint8Array, at: number): number;
}

/** A field's tag and bytes, of which the schema knows nothing. */
export interface UnknownTaggedField {
  /** The tag. */
  readonly tag: number;
  /** The value as it was written. */
  readonly data: Uint8Array;
}

/**
 * What a message may be written from: what is left out takes the default of the schema, in structures within it as well. Bytes may be a
 * {@linkcode RecordsSource}.
 */
export type Draft<T> = T extends Uint8Array ? Uint8Array | RecordsSource
  : T extends readonly (infer E)[] ? readonly Draft<E>[]
  : T extends object ? { readonly [K in keyof T]?: Draft<T[K]> | undefined } & {
      readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
    }
  : T;

/** Declares a message by its table, in the notation of `message_schema.ts`. The table is parsed on first use. */
export function message<T>(table: string): Message<T> {
  const head = /^\s*@(\S+) (\S+)/.exec(table);
  if (head === null) throw new TypeError(`Not a schema table: ${table.slice(0, 40)}`);
  let schema: MessageSchema | undefined;
  return {
    name: head[1]!,
    apiKey: head[2] === "-" ? -1 : Number(head[2]),
    get schema(): MessageSchema {
      return schema ??= parseSchemas(table)[0]!;
    },
  };
}

/** A message whose schema is parsed already. */
export function messageOf<T>(schema: MessageSchema): Message<T> {
  return { name: schema.name, apiKey: schema.apiKey, schema };
}

const compiled = new WeakMap<MessageSchema, ValueCodec[]>();

function codecOf(message: Message<unknown>, version: number): ValueCodec {
  const { schema } = message;
  let versions = compiled.get(schema);
  if (versions === undefined) compiled.set(schema, versions = []);
  return versions[version] ??= compile(schema, version);
}

function compile(schema: MessageSchema, version: number): ValueCodec {
  if (!Number.isInteger(version) || !includesVersion(schema.validVersions, version)) {
    throw new ProtocolError(`${schema.name} has no version: ${version}`);
  }
  const isFlexible = includesVersion(schema.flexibleVersions, version);
  return compileStruct(schema.name, schema.fields, version, isFlexible);
}

/**
 * Bytes that `value` takes in `version`.
 *
 * @throws {ProtocolError} for a version that the message lacks, a value that the version has no room for, or one of the wrong type
 */
export function encodedSize<T>(message: Message<T>, version: number, value: Draft<T>): number {
  return codecOf(message, version).size(value);
}

/**
 * Writes `value` at `at`, where there is room for {@linkcode encodedSize} bytes.
 *
 * @returns the position behind it
 */
export function encodeInto<T>(
  message: Message<T>,
  version: number,
  value: Draft<T>,
  target: Uint8Array,
  at: number,
): number {
  const sink = new MessageSink(target, at);
  codecOf(message, version).write(sink, value);
  return sink.at;
}

/** `value` as bytes of its own; errors as {@linkcode encodedSize}. */
export function encode<T>(
  message: Message<T>,
  version: number,
  value: Draft<T>,
): Uint8Array<ArrayBuffer> {
  const target = new Uint8Array(encodedSize(message, version, value));
  encodeInto(message, version, value, target, 0);
  return target;
}

/**
 * Reads a message that takes `bytes[at, end)`. The result has the fields of all versions, with the default where this one lacks them; bytes
 * and records in it are views. Nothing in the message makes this take more memory than a small multiple of its length.
 *
 * @throws {ProtocolError} for bytes that are no such message, and bytes behind it
 */
export function decode<T>(
  message: Message<T>,
  version: number,
  bytes: Uint8Array,
  at = 0,
  end: number = bytes.length,
): T {
  const source = new MessageSource(bytes, at, end);
  const value = codecOf(message, version).read(source) as T;
  if (source.remaining > 0) {
    throw new ProtocolError(
      `${message.name} version ${version} ends ${source.remaining} bytes before its frame does`,
    );
  }
  return value;
}

/** Reads a message that may have something behind it. Returns it with the position where it ends. */
export function decodePrefix<T>(
  message: Message<T>,
  version: number,
  bytes: Uint8Array,
  at: number,
  end: number = bytes.length,
): { readonly value: T; readonly end: number } {
  const source = new MessageSource(bytes, at, end);
  const value = codecOf(message, version).read(source) as T;
  return { value, end: source.at };
}
