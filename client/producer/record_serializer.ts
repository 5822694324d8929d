/**
 * How a producer's keys and values become bytes.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { RecordHeader } from "../../storage/record/record.ts";
import { type SerdeConfigs, serializerOf } from "../serde/java_classes.ts";
import { SerializationError } from "../serde/serialization_error.ts";
import type { Serializer } from "../serde/serializer.ts";

const utf8 = new TextEncoder();
const NO_HEADERS: readonly RecordHeader[] = [];

/** Takes texts and bytes. */
const textOrBytes: Serializer<unknown> = {
  serialize(value) {
    if (typeof value === "string") return utf8.encode(value);
    if (value instanceof Uint8Array) return value;
    throw new SerializationError(
      `Without a serializer only texts and bytes can be sent, not a value of type: ${typeof value}`,
    );
  },
};

/** Makes bytes of keys, or of values. */
export class RecordSerializer<T> {
  readonly #serializer: Serializer<T>;
  readonly #what: string;

  /**
   * Takes what a user has configured.
   *
   * @param what `key` or `value`
   * @param given a serializer, a serde, the name of one of Kafka's classes, or nothing: texts and bytes are taken then
   * @param configs what classes of Kafka look at
   * @throws {InvalidConfigError} for anything else
   */
  constructor(what: "key" | "value", given: unknown, configs: SerdeConfigs) {
    this.#what = what;
    this.#serializer = serializer(what, given, configs) as Serializer<T>;
  }

  /**
   * The bytes; null for none.
   *
   * @throws {SerializationError} when the value cannot be written; its cause tells why
   */
  serialize(
    value: T | null | undefined,
    topic: string,
    headers: readonly RecordHeader[] | undefined,
  ): Uint8Array | null {
    if (value === null || value === undefined) return null;
    try {
      return this.#serializer.serialize(value, topic, headers ?? NO_HEADERS);
    } catch (cause) {
      if (cause instanceof SerializationError) throw cause;
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new SerializationError(
        `Can't serialize the ${this.#what} of a record: ${text}`,
        { cause },
      );
    }
  }
}

function serializer(what: "key" | "value", given: unknown, configs: SerdeConfigs): unknown {
  if (given === undefined || given === null) return textOrBytes;
  if (typeof given === "string") {
    const found = serializerOf(given, configs, what === "key");
    if (found !== undefined) return found;
    throw new InvalidConfigError(
      `Invalid value ${given} for configuration ${what}.serializer: Class ${given} could not be found.`,
    );
  }
  if (typeof (given as Partial<Serializer<unknown>>).serialize === "function") return given;
  throw new InvalidConfigError(
    `Invalid value ${given} for configuration ${what}.serializer: Not a serializer`,
  );
}
