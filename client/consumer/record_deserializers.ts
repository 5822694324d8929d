/**
 * How a consumer's keys and values are read.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { ClientConfig, ClientProperties } from "../config/client_config.ts";
import { deserializerOf } from "../serde/java_classes.ts";
import type { Deserializer } from "../serde/serializer.ts";

/** How keys and values are read; without one they stay bytes. */
export interface RecordDeserializers<K, V> {
  /** Of keys. */
  readonly key?: Deserializer<K> | undefined;
  /** Of values. */
  readonly value?: Deserializer<V> | undefined;
}

/** Bytes stay bytes. */
const BYTES_CLASS = "org.apache.kafka.common.serialization.ByteArrayDeserializer";

/**
 * The deserializers that a user has configured.
 *
 * @param given what was given beside, at which deserializers that are named may look
 * @throws {InvalidConfigError} for what is none
 */
export function recordDeserializers<K, V>(
  config: ClientConfig,
  given: ClientProperties,
): RecordDeserializers<K, V> {
  return {
    key: deserializer(config, "key.deserializer", given, true) as Deserializer<K> | undefined,
    value: deserializer(config, "value.deserializer", given, false) as Deserializer<V> | undefined,
  };
}

function deserializer(
  config: ClientConfig,
  name: string,
  given: ClientProperties,
  isKey: boolean,
): Deserializer<unknown> | undefined {
  const thing = config.thing(name);
  if (thing !== undefined) {
    if (typeof (thing as { deserialize?: unknown }).deserialize === "function") {
      return thing as Deserializer<unknown>;
    }
    throw new InvalidConfigError(
      `Invalid value ${thing} for configuration ${name}: Not a deserializer`,
    );
  }
  const className = config.string(name);
  if (className === null || className === BYTES_CLASS) return undefined;
  const found = deserializerOf(className, given, isKey);
  if (found !== undefined) return found;
  throw new InvalidConfigError(
    `Invalid value ${className} for configuration ${name}: Class ${className} could not be found.`,
  );
}
