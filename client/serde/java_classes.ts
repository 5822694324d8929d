/**
 * Serializers and deserializers by the names of Kafka's Java classes, which its tools and its configs take.
 *
 * @module
 */

import { decodeJavaUtf8 } from "../../storage/bytes/java_utf8.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import { boolean } from "../../storage/serde/boolean.ts";
import { bytes } from "../../storage/serde/bytes.ts";
import { double, float } from "../../storage/serde/float.ts";
import { integer, long } from "../../storage/serde/integer.ts";
import { list } from "../../storage/serde/list.ts";
import type { Serde } from "../../storage/serde/serde.ts";
import { short } from "../../storage/serde/short.ts";
import { uuid } from "../../storage/serde/uuid.ts";
import { nothing } from "../../storage/serde/void.ts";
import { type Charset, charsetForName } from "./charset.ts";
import { doubleText, floatText } from "./java_number_text.ts";
import { SerializationError } from "./serialization_error.ts";
import type { Deserializer, Serializer } from "./serializer.ts";

/** Configs that serializers look at: `serializer.encoding`, `key.deserializer.encoding`, `default.list.value.serde.inner` … */
export type SerdeConfigs = Readonly<Record<string, unknown>>;

/** A deserializer that knows how Java would print its values. */
export interface JavaDeserializer extends Deserializer<unknown> {
  /** What Java's `toString` gives for a value of this deserializer. */
  text(value: unknown): string;
}

const PACKAGE = "org.apache.kafka.common.serialization.";

/** What is behind `<Name>Serializer`, `<Name>Deserializer` and `Serdes$<Name>Serde`. */
interface JavaType {
  /** Writes and reads. */
  readonly serde: Serde<unknown>;
  /** Java's `toString`. */
  readonly text: (value: unknown) => string;
  /** What Java says of bytes that are not of the type. */
  readonly refusal: (bytes: Uint8Array) => string;
}

type Direction = "serializer" | "deserializer";

const sizeIsNot = (name: string, size: number) => () =>
  `Size of data received by ${name} is not ${size}`;

/** Values beyond 2^53 are numbers no more, but they can be printed. */
const anyLong: Serde<number | bigint> = {
  name: "long",
  serialize: (value) => long().serialize(Number(value)),
  deserialize(bytes) {
    if (bytes.length !== 8) throw new RangeError(`Size of a long is 8 bytes: ${bytes.length}`);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  },
};

function type<T>(
  serde: Serde<T>,
  refusal: (bytes: Uint8Array) => string,
  text: (value: T) => string = String,
): JavaType {
  return { serde, refusal, text } as unknown as JavaType;
}

function text(charset: Charset): Serde<string> {
  return {
    name: "string",
    serialize: (value) => charset.encode(value),
    deserialize: (bytes) => charset.decode(bytes),
  };
}

/** Java's UTF-8 puts U+FFFD in the place of bytes that are none. */
const UTF_8: Charset = {
  encode: (text) => new TextEncoder().encode(text.toWellFormed()),
  decode: decodeJavaUtf8,
};

/** An array has no text of its own in Java: what is printed is its address, for which the bytes stand here. */
const arrayText = (value: Uint8Array) => `[B@${value.toHex()}`;

/** Java's `Bytes`: what can be printed is, the rest is in hexadecimal. */
function bytesText(value: Uint8Array): string {
  let printed = "";
  for (const byte of value) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x5c;
    printed += isPlain
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return printed;
}

function encodingOf(configs: SerdeConfigs, direction: Direction, isKey: boolean): Charset {
  const own = configs[`${isKey ? "key" : "value"}.${direction}.encoding`];
  const name = own ?? configs[`${direction}.encoding`];
  if (typeof name !== "string" || /^utf-?8$/i.test(name)) return UTF_8;
  const charset = charsetForName(name);
  if (charset === undefined) throw new SerializationError(`Unsupported encoding ${name}`);
  return charset;
}

function listOf(configs: SerdeConfigs, direction: Direction, isKey: boolean): JavaType {
  const config = `default.list.${isKey ? "key" : "value"}.serde.inner`;
  const name = configs[config];
  if (name === undefined || name === null) {
    throw new InvalidConfigError(
      direction === "serializer"
        ? "Not able to determine the serializer class because it was neither passed via the constructor nor set in the config."
        : "Not able to determine the inner serde class because it was neither passed via the constructor nor set in the config.",
    );
  }
  const base = baseNameOf(String(name), "Serde");
  // A list of lists would ask the same config again, without end.
  const inner = base === undefined || base === "List"
    ? undefined
    : typeNamed(base, configs, direction, isKey);
  if (inner === undefined) {
    const what = direction === "serializer"
      ? "Serializer class"
      : "Deserializer's inner serde class";
    const quoted = direction === "serializer" ? String(name) : `"${name}"`;
    throw new InvalidConfigError(
      `Invalid value ${name} for configuration ${config}: ${what} ${quoted} could not be found.`,
    );
  }
  return type(
    list(inner.serde),
    () => "Invalid serialization strategy flag value",
    (values) =>
      `[${values.map((value) => value === null ? "null" : inner.text(value)).join(", ")}]`,
  );
}

function typeNamed(
  name: string,
  configs: SerdeConfigs,
  direction: Direction,
  isKey: boolean,
): JavaType | undefined {
  switch (name) {
    case "String":
      return type(text(encodingOf(configs, direction, isKey)), () => "");
    case "Integer":
      return type(integer(), sizeIsNot("IntegerDeserializer", 4));
    case "Long":
      return type(anyLong, sizeIsNot("LongDeserializer", 8));
    case "Short":
      return type(short(), sizeIsNot("ShortDeserializer", 2));
    case "Float":
      return type(float(), sizeIsNot("Deserializer", 4), floatText);
    case "Double":
      return type(double(), sizeIsNot("Deserializer", 8), doubleText);
    case "Boolean":
      return type(
        boolean(),
        (bytes) =>
          bytes.length === 1
            ? `Unexpected byte received by BooleanDeserializer: ${bytes[0]! << 24 >> 24}`
            : "Size of data received by BooleanDeserializer is not 1",
      );
    case "UUID": {
      const charset = encodingOf(configs, direction, isKey);
      const serde: Serde<string> = {
        name: "uuid",
        serialize: (value) => charset.encode(UTF_8.decode(uuid().serialize(value))),
        deserialize(bytes) {
          const text = charset.decode(bytes);
          try {
            return uuid().deserialize(UTF_8.encode(text));
          } catch {
            throw new TypeError(`Invalid UUID string: ${text}`);
          }
        },
      };
      return type(serde, () => "Error parsing data into UUID");
    }
    case "ByteArray":
      return type(bytes(), () => "", arrayText);
    case "Bytes":
      return type(bytes(), () => "", bytesText);
    case "ByteBuffer":
      return type(
        bytes(),
        () => "",
        ({ length }) => `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`,
      );
    case "Void":
      return type(nothing(), () => "Data should be null for a VoidDeserializer.");
    case "List":
      return listOf(configs, direction, isKey);
  }
  return undefined;
}

/** `Integer` of `org.apache.kafka.common.serialization.IntegerSerializer` and of `…Serdes$IntegerSerde`. */
function baseNameOf(className: string, suffix: string): string | undefined {
  if (!className.startsWith(PACKAGE)) return undefined;
  const name = className.slice(PACKAGE.length).replace(suffix === "Serde" ? "Serdes$" : "", "");
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : undefined;
}

/**
 * The serializer with the name of a class of Kafka; `undefined` for any other class, which cannot be loaded here.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const name = "org.apache.kafka.common.serialization.IntegerSerializer";
 * assertEquals(serializerOf(name)!.serialize(1, "topic", []), new Uint8Array([0, 0, 0, 1]));
 * ```
 *
 * @param configs what the class would be configured with, such as `serializer.encoding`
 * @param isKey whether it is for keys: some configs are there for keys and for values
 * @throws {SerializationError} for an encoding that is not known
 * @throws {InvalidConfigError} for a list of what is not known
 */
export function serializerOf(
  className: string,
  configs: SerdeConfigs = {},
  isKey = false,
): Serializer<unknown> | undefined {
  const base = baseNameOf(className, "Serializer");
  return base === undefined ? undefined : typeNamed(base, configs, "serializer", isKey)?.serde;
}

/**
 * The deserializer with the name of a class of Kafka, which says of wrong bytes what Java says; `undefined` for any other class.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const double = deserializerOf("org.apache.kafka.common.serialization.DoubleDeserializer")!;
 * assertEquals(double.text(double.deserialize(new Uint8Array([63, 240, 0, 0, 0, 0, 0, 0]), "t", () => [])), "1.0");
 * ```
 *
 * @param configs what the class would be configured with, such as `deserializer.encoding`
 * @param isKey whether it is for keys
 * @throws as {@linkcode serializerOf}
 */
export function deserializerOf(
  className: string,
  configs: SerdeConfigs = {},
  isKey = false,
): JavaDeserializer | undefined {
  const base = baseNameOf(className, "Deserializer");
  if (base === undefined) return undefined;
  const found = typeNamed(base, configs, "deserializer", isKey);
  if (found === undefined) return undefined;
  return {
    text: found.text,
    deserialize(bytes) {
      try {
        return found.serde.deserialize(bytes);
      } catch (cause) {
        throw new SerializationError(found.refusal(bytes), { cause });
      }
    },
  };
}
