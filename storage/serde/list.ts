/** @module */

import type { Serde } from "./serde.ts";

/** Kafka's `ListSerializer` leaves out the sizes of entries of these types. */
const ENTRY_BYTES: Readonly<Record<string, number>> = {
  short: 2,
  integer: 4,
  float: 4,
  long: 8,
  double: 8,
  uuid: 36,
};

const CONSTANT_SIZE = 0;
const VARIABLE_SIZE = 1;
/** The size of an entry that is null. */
const NULL_ENTRY = -1;
const MAX_ENTRIES_BYTES = 2 ** 31 - 1;

function joined<T>(values: readonly (T | null)[], entries: Serde<T>): Uint8Array<ArrayBuffer> {
  const isConstant = ENTRY_BYTES[entries.name ?? ""] !== undefined;
  const encoded = values.map((value) => value === null ? null : entries.serialize(value));
  const nulls = encoded.flatMap((bytes, index) => bytes === null ? [index] : []);
  let length = 1 + 4 + (isConstant ? 4 + 4 * nulls.length : 4 * values.length);
  for (const bytes of encoded) length += bytes?.length ?? 0;
  if (length > MAX_ENTRIES_BYTES) throw new RangeError(`List is too large: ${length} bytes`);
  const target = new Uint8Array(length);
  const view = new DataView(target.buffer);
  let at = 0;
  const writeInt = (value: number) => {
    view.setInt32(at, value);
    at += 4;
  };
  view.setInt8(at++, isConstant ? CONSTANT_SIZE : VARIABLE_SIZE);
  if (isConstant) [nulls.length, ...nulls].forEach(writeInt);
  writeInt(values.length);
  for (const bytes of encoded) {
    if (!isConstant) writeInt(bytes?.length ?? NULL_ENTRY);
    if (bytes === null) continue;
    target.set(bytes, at);
    at += bytes.length;
  }
  return target;
}

function split<T>(bytes: Uint8Array, entries: Serde<T>): (T | null)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const take = (size: number): number => {
    if (size < 0 || size > bytes.length - at) {
      throw new RangeError(`List ends too early: ${size} bytes at ${at} of ${bytes.length}`);
    }
    at += size;
    return at - size;
  };
  const strategy = view.getInt8(take(1));
  if (strategy !== CONSTANT_SIZE && strategy !== VARIABLE_SIZE) {
    throw new RangeError(`Strategy of a list is 0 or 1: ${strategy}`);
  }
  const constant = strategy === CONSTANT_SIZE ? ENTRY_BYTES[entries.name ?? ""] : undefined;
  if (strategy === CONSTANT_SIZE && constant === undefined) {
    throw new TypeError(`Entries of a list have no sizes, and the type none: ${entries.name}`);
  }
  const nulls = new Set<number>();
  if (constant !== undefined) {
    for (let left = view.getInt32(take(4)); left > 0; left--) nulls.add(view.getInt32(take(4)));
  }
  // Entries that are null take no bytes; there are as many of them as there are numbers of them.
  const count = view.getInt32(take(4));
  const most = constant === undefined
    ? Math.floor((bytes.length - at) / 4)
    : Math.floor((bytes.length - at) / constant) + nulls.size;
  if (count < 0 || count > most) throw new RangeError(`Count in a list is not possible: ${count}`);
  const values: (T | null)[] = [];
  for (let index = 0; index < count; index++) {
    const size = constant ?? view.getInt32(take(4));
    if (nulls.has(index) || (constant === undefined && size === NULL_ENTRY)) values.push(null);
    else {
      const from = take(size);
      values.push(entries.deserialize(bytes.subarray(from, at)));
    }
  }
  return values;
}

/**
 * Lists as Kafka's `ListSerializer` writes them, of entries of any other serde; an entry may be null.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { integer } from "./integer.ts";
 *
 * const serde = list(integer());
 * assertEquals(serde.deserialize(serde.serialize([1, null, 3])), [1, null, 3]);
 * ```
 *
 * @param entries how one entry is written; Kafka writes no sizes when that is short, integer, float, long, double or UUID
 */
export function list<T>(entries: Serde<T>): Serde<(T | null)[]> {
  return {
    name: "list",
    serialize: (values) => joined(values, entries),
    deserialize: (bytes) => split(bytes, entries),
  };
}
