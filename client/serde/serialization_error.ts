/** @module */

/** A key or a value cannot be written, or bytes are not of the type (Kafka's `SerializationException`). */
export class SerializationError extends Error {
  /** Always `SerializationError`. */
  override readonly name = "SerializationError";
}
