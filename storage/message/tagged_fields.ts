/**
 * The tagged fields at the end of a structure in flexible versions (KIP-482). Those that have their default are not written; those
 * that the schema does not know are kept as they are and written again.
 *
 * ```text
 * count          unsigned varint
 * each, by tag:  tag, size of the value (unsigned varints), value
 * ```
 *
 * @module
 */

import { sizeOfUnsignedVarint } from "../bytes/varint.ts";
import type { UnknownTaggedField } from "./message_codec.ts";
import type { MessageSink } from "./message_sink.ts";
import type { MessageSource } from "./message_source.ts";
import { ProtocolError } from "./protocol_error.ts";
import type { ValueCodec } from "./value_codec.ts";

/** A tagged field that the schema knows. */
export interface TaggedField {
  /** Name in the structure. */
  readonly name: string;
  /** Number on the wire. */
  readonly tag: number;
  /** Of the value. */
  readonly codec: ValueCodec;
  /** Tells whether the value need not be written. */
  readonly isDefault: (value: unknown) => boolean;
}

/** Those of one structure in one version. */
export class TaggedFields {
  readonly #path: string;
  #known: TaggedField[] = [];

  /**
   * Knows none.
   *
   * @param path names the structure in messages
   */
  constructor(path: string) {
    this.#path = path;
  }

  /** Knows one more. */
  add(field: TaggedField): void {
    this.#known.push(field);
    this.#known.sort((a, b) => a.tag - b.tag);
  }

  /** Reads them into `struct`, which has the defaults already. */
  read(source: MessageSource, struct: Record<string, unknown>): void {
    const count = source.unsignedVarint();
    let previous = -1;
    let unknown: UnknownTaggedField[] | undefined;
    for (let i = 0; i < count; i++) {
      const tag = source.unsignedVarint();
      if (tag <= previous) {
        throw new ProtocolError(
          `${this.#path} has its tagged fields out of order: ${previous}, ${tag}`,
        );
      }
      previous = tag;
      const size = source.unsignedVarint();
      const start = source.take(size);
      const field = this.#known.find((field) => field.tag === tag);
      if (field === undefined) {
        (unknown ??= []).push({ tag, data: source.bytes.subarray(start, start + size) });
        continue;
      }
      source.at = start;
      struct[field.name] = field.codec.read(source);
      if (source.at !== start + size) {
        throw new ProtocolError(
          `${this.#path}.${field.name} takes ${source.at - start} bytes, announced were: ${size}`,
        );
      }
    }
    if (unknown !== undefined) struct["unknownTaggedFields"] = unknown;
  }

  /** Bytes that they take, with their count. */
  size(struct: Record<string, unknown>): number {
    let count = 0;
    let total = 0;
    for (const { name, tag, codec, isDefault } of this.#known) {
      const value = struct[name];
      if (value === undefined || isDefault(value)) continue;
      const size = codec.size(value);
      total += sizeOfUnsignedVarint(tag) + sizeOfUnsignedVarint(size) + size;
      count++;
    }
    for (const { tag, data } of this.#unknown(struct)) {
      total += sizeOfUnsignedVarint(tag) + sizeOfUnsignedVarint(data.length) + data.length;
      count++;
    }
    return total + sizeOfUnsignedVarint(count);
  }

  /** Writes them, all in the order of their tags. */
  write(sink: MessageSink, struct: Record<string, unknown>): void {
    const unknown = this.#unknown(struct);
    let count = unknown.length;
    for (const field of this.#known) if (isWritten(field, struct)) count++;
    sink.unsignedVarint(count);
    if (count === 0) return;
    let next = 0;
    for (const field of this.#known) {
      if (!isWritten(field, struct)) continue;
      for (; next < unknown.length && unknown[next]!.tag < field.tag; next++) {
        writeUnknown(sink, unknown[next]!);
      }
      const value = struct[field.name];
      sink.unsignedVarint(field.tag);
      sink.unsignedVarint(field.codec.size(value));
      field.codec.write(sink, value);
    }
    for (; next < unknown.length; next++) writeUnknown(sink, unknown[next]!);
  }

  /** Those that are kept, whose tags must go up and be nobody's. */
  #unknown(struct: Record<string, unknown>): readonly UnknownTaggedField[] {
    const unknown = struct["unknownTaggedFields"] as readonly UnknownTaggedField[] | undefined;
    if (unknown === undefined) return NONE;
    unknown.forEach(({ tag }, index) => {
      const previous = index === 0 ? -1 : unknown[index - 1]!.tag;
      if (!(tag > previous) || this.#known.some((field) => field.tag === tag)) {
        throw new ProtocolError(`${this.#path} cannot have an unknown tagged field of tag: ${tag}`);
      }
    });
    return unknown;
  }
}

const NONE: readonly UnknownTaggedField[] = [];

function isWritten({ name, isDefault }: TaggedField, struct: Record<string, unknown>): boolean {
  const value = struct[name];
  return value !== undefined && !isDefault(value);
}

function writeUnknown(sink: MessageSink, { tag, data }: UnknownTaggedField): void {
  sink.unsignedVarint(tag);
  sink.unsignedVarint(data.length);
  sink.raw(data);
}
