/**
 * How keys and values of records become bytes, and back, for clients. Every {@linkcode Serde} is both a {@linkcode Serializer} and a
 * {@linkcode Deserializer}: what comes behind the value is there for those that want to know more.
 *
 * @module
 */

import type { RecordHeader } from "../../storage/record/record.ts";

/** Turns keys or values into bytes. It is not asked about `null`, which stays null. */
export interface Serializer<T> {
  /**
   * The bytes of a value; `null` for none, which is a tombstone when it is a record's value.
   *
   * @param value what to write
   * @param topic where the record goes
   * @param headers the record's headers
   * @throws any error when the value cannot be written; the record is not sent then
   */
  serialize(
    value: T,
    topic: string,
    headers: readonly RecordHeader[],
  ): Uint8Array | null;
}

/** Turns bytes into keys or values. It is not asked about `null`, which stays null. */
export interface Deserializer<T> {
  /**
   * The value of the bytes.
   *
   * @param bytes a view on the memory of a whole fetch: who keeps bytes copies them
   * @param topic where the record comes from
   * @param headers gives the record's headers, which are read when they are asked for
   * @throws any error when the bytes are not of the type; the consumer tells which record it was
   */
  deserialize(
    bytes: Uint8Array,
    topic: string,
    headers: () => readonly RecordHeader[],
  ): T;
}
