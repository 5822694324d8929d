/**
 * How a typed value becomes the bytes of a record's key or value, and back.
 *
 * @module
 */

/** Turns values into bytes and back. Must be pure: the bytes may be decoded by another process, years later. */
export interface Serde<T> {
  /** What messages call the type; `value` when left out. */
  readonly name?: string;
  /** The bytes of a value. */
  serialize(value: T): Uint8Array;
  /**
   * The value of the bytes, which are a view on a larger buffer: a serde that keeps bytes copies them.
   *
   * @throws any error when the bytes are not of the type
   */
  deserialize(bytes: Uint8Array): T;
}
