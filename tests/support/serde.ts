import type { Serde } from "../../storage/serde/serde.ts";

/** Encodes a value and decodes it out of a larger buffer, as a record's value is. */
export function roundTrip<T>(serde: Serde<T>, value: T): T {
  // A view into a larger buffer, as a record's value is.
  const encoded = serde.serialize(value);
  const buffer = new Uint8Array(encoded.length + 7);
  buffer.set(encoded, 3);
  return serde.deserialize(buffer.subarray(3, 3 + encoded.length));
}
