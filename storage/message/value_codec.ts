/**
 * Reading, measuring and writing single values.
 *
 * @module
 */

import { isUuid } from "../bytes/uuid.ts";
import {
  type LengthRules,
  readLength,
  refuseNull,
  sizeOfLength,
  writeLength,
} from "./length_prefix.ts";
import type { RecordsSource } from "./message_codec.ts";
import type { PrimitiveType } from "./message_schema.ts";
import { INT64_MAX, INT64_MIN, type MessageSink, utf8Length } from "./message_sink.ts";
import type { MessageSource } from "./message_source.ts";
import { ProtocolError } from "./protocol_error.ts";

/** Reads, measures and writes values of one type. */
export interface ValueCodec {
  /** Reads one. */
  readonly read: (source: MessageSource) => unknown;
  /** Bytes that one takes; checks it. */
  readonly size: (value: unknown) => number;
  /** Writes one that was measured. */
  readonly write: (sink: MessageSink, value: unknown) => void;
  /** Least number of bytes that one takes. */
  readonly minimalSize: number;
}

const MAX_STRING_BYTES = 0x7fff;
const MAX_INT32 = 0x7fff_ffff;

/** The codec of a primitive type. `path` names the field in messages. */
export function primitiveCodec(path: string, type: PrimitiveType, rules: LengthRules): ValueCodec {
  switch (type) {
    case "bool":
      return {
        read: (source) => source.int8() !== 0,
        size: (value) => typeof value === "boolean" ? 1 : mismatch(path, type, value),
        write: (sink, value) => sink.int8(value === true ? 1 : 0),
        minimalSize: 1,
      };
    case "int8":
      return integerCodec(path, 1, -0x80, 0x7f, (s) => s.int8(), (s, v) => s.int8(v as number));
    case "int16":
      return integerCodec(
        ...[path, 2, -0x8000, 0x7fff] as const,
        (s) => s.int16(),
        (s, v) => s.int16(v as number),
      );
    case "uint16":
      return integerCodec(path, 2, 0, 0xffff, (s) => s.uint16(), (s, v) => s.int16(v as number));
    case "int32":
      return integerCodec(
        ...[path, 4, -0x8000_0000, MAX_INT32] as const,
        (s) => s.int32(),
        (s, v) => s.int32(v as number),
      );
    case "uint32":
      return integerCodec(
        ...[path, 4, 0, 0xffff_ffff] as const,
        (s) => s.uint32(),
        (s, v) => s.int32(v as number),
      );
    case "int64":
      return int64Codec(path);
    case "float64":
      return {
        read: (source) => source.float64(),
        size: (value) => typeof value === "number" ? 8 : mismatch(path, type, value),
        write: (sink, value) => sink.float64(value as number),
        minimalSize: 8,
      };
    case "uuid":
      return {
        read: (source) => source.uuid(),
        size: (value) =>
          typeof value === "string" && isUuid(value) ? 16 : mismatch(path, type, value),
        write: (sink, value) => sink.uuid(value as string),
        minimalSize: 16,
      };
    case "string":
      return stringCodec(path, rules);
    case "bytes":
    case "records":
      return bytesCodec(path, rules);
  }
}

/** What a value of the wrong type meets. */
export function mismatch(path: string, type: string, value: unknown): never {
  throw new ProtocolError(`${path} is no ${type}: ${String(value)}`);
}

function integerCodec(
  path: string,
  width: number,
  lowest: number,
  highest: number,
  read: (source: MessageSource) => number,
  write: (sink: MessageSink, value: unknown) => void,
): ValueCodec {
  return {
    read,
    size: (value) =>
      Number.isInteger(value) && value as number >= lowest && value as number <= highest
        ? width
        : mismatch(path, `integer from ${lowest} to ${highest}`, value),
    write,
    minimalSize: width,
  };
}

function int64Codec(path: string): ValueCodec {
  return {
    read: (source) => source.int64(),
    size: (value) =>
      Number.isSafeInteger(value) || value === INT64_MAX || value === INT64_MIN
        ? 8
        : mismatch(path, "safe integer", value),
    write: (sink, value) => sink.int64(value as number),
    minimalSize: 8,
  };
}

function stringCodec(path: string, { isFlexible, isNullable }: LengthRules): ValueCodec {
  return {
    read: (source) => {
      const length = readLength(source, isFlexible, "string");
      if (length < 0) return isNullable ? null : refuseNull(path);
      if (length > MAX_STRING_BYTES) {
        throw new ProtocolError(`string field ${path} had invalid length ${length}`);
      }
      return source.text(length);
    },
    size: (value) => {
      if (value === null && isNullable) return sizeOfLength(-1, isFlexible, "string");
      if (typeof value !== "string") return mismatch(path, "string", value);
      const length = utf8Length(value);
      if (length > MAX_STRING_BYTES) {
        throw new ProtocolError(`'${path}' field is too long to be serialized: ${length} bytes`);
      }
      return sizeOfLength(length, isFlexible, "string") + length;
    },
    write: (sink, value) => {
      if (value === null) return writeLength(sink, -1, isFlexible, "string");
      const length = utf8Length(value as string);
      writeLength(sink, length, isFlexible, "string");
      sink.text(value as string, length);
    },
    minimalSize: isFlexible ? 1 : 2,
  };
}

function bytesCodec(path: string, { isFlexible, isNullable }: LengthRules): ValueCodec {
  return {
    read: (source) => {
      const length = readLength(source, isFlexible, "other");
      if (length < 0) return isNullable ? null : refuseNull(path);
      return source.view(length);
    },
    size: (value) => {
      if (value === null && isNullable) return sizeOfLength(-1, isFlexible, "other");
      const length = byteLength(path, value);
      return sizeOfLength(length, isFlexible, "other") + length;
    },
    write: (sink, value) => {
      if (value === null) return writeLength(sink, -1, isFlexible, "other");
      if (value instanceof Uint8Array) {
        writeLength(sink, value.length, isFlexible, "other");
        sink.raw(value);
        return;
      }
      const { size } = value as RecordsSource;
      writeLength(sink, size, isFlexible, "other");
      const read = (value as RecordsSource).readInto(sink.bytes, sink.at);
      if (read !== size) {
        throw new ProtocolError(`${path} has fewer bytes than it said: ${read} of ${size}`);
      }
      sink.at += size;
    },
    minimalSize: isFlexible ? 1 : 4,
  };
}

function byteLength(path: string, value: unknown): number {
  const length = value instanceof Uint8Array
    ? value.length
    : (value as RecordsSource | null | undefined)?.size;
  return Number.isInteger(length) && length! >= 0 && length! <= MAX_INT32
    ? length!
    : mismatch(path, "bytes", value);
}
