/**
 * The decoders that Kafka's tools load by class name. JVM classes cannot be loaded here, so the ones that come with
 * Kafka are known by name, and any other is refused as Kafka refuses a class that it does not find.
 *
 * @module
 */

import type { Record } from "../../record/record.ts";
import { decodeJavaUtf8 } from "../../bytes/java_utf8.ts";
import { uncaught } from "../tool.ts";
import type { ParsedRecord, RecordParser } from "./record_parser.ts";

type Decode = (bytes: Uint8Array) => string;

function viewOf(bytes: Uint8Array, length: number): DataView {
  if (bytes.length < length) throw uncaught("java.nio.BufferUnderflowException");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ["StringDecoder", (bytes) => decodeJavaUtf8(bytes)],
  ["IntegerDecoder", (bytes) => `${viewOf(bytes, 4).getInt32(0)}`],
  ["LongDecoder", (bytes) => `${viewOf(bytes, 8).getBigInt64(0)}`],
  // Kafka prints the array's identity hash here, which tells nothing; the bytes do.
  ["DefaultDecoder", (bytes) => `[B@${bytes.toHex()}`],
]);

/** The package of Kafka's decoders today, and the one that they had until Kafka 3. */
const PACKAGES: readonly string[] = ["org.apache.kafka.tools.api.", "kafka.serializer."];

function decoderFor(className: string): Decode {
  for (const packageName of PACKAGES) {
    if (!className.startsWith(packageName)) continue;
    const decode = DECODERS.get(className.slice(packageName.length));
    if (decode !== undefined) return decode;
  }
  throw uncaught("java.lang.RuntimeException", "Failed to load decoder class", {
    cause: uncaught("java.lang.ClassNotFoundException", className),
  });
}

/** Decodes keys and values each with a decoder of Kafka's. */
export class ClassDecoderParser implements RecordParser {
  readonly givesJson = false;
  readonly #decodeKey: Decode;
  readonly #decodeValue: Decode;

  /** @throws {ToolFailure} for a class that does not come with Kafka */
  constructor(keyClass: string, valueClass: string) {
    this.#decodeValue = decoderFor(valueClass);
    this.#decodeKey = decoderFor(keyClass);
  }

  parse(record: Record): ParsedRecord {
    const { key, value } = record;
    return {
      key: key === null ? undefined : this.#decodeKey(key),
      value: value === null ? undefined : this.#decodeValue(value),
    };
  }
}
