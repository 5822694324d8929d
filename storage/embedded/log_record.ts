/**
 * Records with typed keys and values, as the embedded log takes and gives them.
 *
 * @module
 */

import { CorruptRecordError, InvalidRecordError } from "../errors.ts";
import type { Record, RecordHeader } from "../record/record.ts";
import type { Serde } from "../serde/serde.ts";

/** A record to append. */
export interface AppendRecord<V = Uint8Array, K = Uint8Array> {
  /** The key; `null`, `undefined` or left out for none. */
  readonly key?: K | null | undefined;
  /** The value; `null`, `undefined` or left out for none: a tombstone, which deletes its key from a compacted log. */
  readonly value?: V | null | undefined;
  /** Names and values beside the record's own: pairs, or an object; a text is stored as UTF-8. */
  readonly headers?: AppendHeaders | undefined;
  /** Ms since the epoch. Default: now. */
  readonly timestamp?: number | undefined;
}

/** Headers to append. */
export type AppendHeaders =
  | readonly { readonly key: string; readonly value: Uint8Array | string | null }[]
  | { readonly [key: string]: Uint8Array | string | null };

/** A record of the log. */
export interface LogRecord<V = Uint8Array, K = Uint8Array> {
  /** Its place in the log. */
  readonly offset: number;
  /** Ms since the epoch; -1 for none. */
  readonly timestamp: number;
  /** The key, `null` for none. */
  readonly key: K | null;
  /** The value, `null` for none: a tombstone. */
  readonly value: V | null;
  /** Names and values beside the record's own, in order. */
  readonly headers: readonly RecordHeader[];
}

const NO_HEADERS: readonly RecordHeader[] = [];
const utf8 = new TextEncoder();

/** Turns typed records into the bytes of Kafka's, and back. */
export class RecordCodec<V, K> {
  readonly #values: Serde<V>;
  readonly #keys: Serde<K>;

  /** Made of a serde for values and one for keys. */
  constructor(values: Serde<V>, keys: Serde<K>) {
    this.#values = values;
    this.#keys = keys;
  }

  /**
   * The bytes of a key, `null` for none.
   *
   * @throws {InvalidRecordError} when the serde does not take it
   */
  encodeKey(key: K | null | undefined): Uint8Array | null {
    if (key === null || key === undefined) return null;
    try {
      return this.#keys.serialize(key);
    } catch (error) {
      throw cannotEncode("key", this.#keys, error);
    }
  }

  /**
   * The bytes of a value, `null` for none.
   *
   * @throws {InvalidRecordError} when the serde does not take it
   */
  encodeValue(value: V | null | undefined): Uint8Array | null {
    if (value === null || value === undefined) return null;
    try {
      return this.#values.serialize(value);
    } catch (error) {
      throw cannotEncode("value", this.#values, error);
    }
  }

  /**
   * The typed record, which shares no memory with the bytes it was read from.
   *
   * @throws {CorruptRecordError} naming offset and type, when key or value are not of it
   */
  decode(record: Record): LogRecord<V, K> {
    const { key, value, headers } = record;
    return {
      offset: record.offset,
      timestamp: record.timestamp,
      key: key === null ? null : this.#decode("key", this.#keys, key, record.offset),
      value: value === null ? null : this.#decode("value", this.#values, value, record.offset),
      headers: headers.length === 0 ? NO_HEADERS : headers.map(copyHeader),
    };
  }

  #decode<T>(part: string, serde: Serde<T>, bytes: Uint8Array, offset: number): T {
    try {
      return serde.deserialize(bytes);
    } catch (error) {
      throw new CorruptRecordError(
        `Cannot decode the ${part} at offset ${offset} as ${serde.name ?? "value"}: ${
          describe(error)
        }`,
        { cause: error },
      );
    }
  }
}

/** Headers as the batch builder takes them. */
export function encodeHeaders(
  headers: AppendHeaders | undefined,
): readonly RecordHeader[] | undefined {
  if (headers === undefined) return undefined;
  const pairs = Array.isArray(headers)
    ? headers as readonly { key: string; value: Uint8Array | string | null }[]
    : Object.entries(headers as { [key: string]: Uint8Array | string | null }).map((
      [key, value],
    ) => ({ key, value }));
  return pairs.map(({ key, value }) => ({
    key,
    value: typeof value === "string" ? utf8.encode(value) : value ?? null,
  }));
}

function copyHeader({ key, value }: RecordHeader): RecordHeader {
  return { key, value: value === null ? null : value.slice() };
}

function cannotEncode(
  part: string,
  serde: { readonly name?: string },
  error: unknown,
): InvalidRecordError {
  return new InvalidRecordError(
    "INVALID_RECORD",
    `Cannot encode the ${part} as ${serde.name ?? "value"}: ${describe(error)}`,
    [],
    { cause: error },
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
