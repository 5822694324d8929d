/**
 * Prints what is asked for of a record, on a line (Kafka's `DefaultMessageFormatter`).
 *
 * @module
 */

import type { ConsumerRecord } from "../consumer/consumer_record.ts";
import { deserializerOf, type JavaDeserializer } from "../serde/java_classes.ts";
import type { ByteOutput } from "./byte_output.ts";
import type { ClientConfigs } from "./command_config.ts";
import { JavaException } from "./java_exception.ts";

/**
 * Told of something that is of no use.
 *
 * @param className the Java class that would tell it
 */
export type TellProblem = (text: string, className: string, error: unknown) => void;

type PrintColumn = (record: ConsumerRecord, output: ByteOutput) => void;

const encoder = new TextEncoder();

/** Prints some text of a record. */
function text(of: (record: ConsumerRecord) => string): PrintColumn {
  return (record, output) => output.print(of(record));
}

/** The configs behind a prefix. */
function configsBehind(prefix: string, configs: ClientConfigs): ClientConfigs {
  return Object.fromEntries(
    Object.entries(configs)
      .filter(([name]) => name.startsWith(prefix) && name.length > prefix.length)
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** The deserializer that a config names; `undefined` for none, and then bytes are printed as they are. */
function deserializer(
  name: string,
  configs: ClientConfigs,
  tell: TellProblem,
): JavaDeserializer | undefined {
  const className = configs[name];
  if (className === undefined) return undefined;
  let problem: unknown;
  try {
    const isKey = name === "key.deserializer";
    const found = deserializerOf(className, configsBehind(`${name}.`, configs), isKey);
    if (found !== undefined) return found;
    problem = new JavaException("java.lang.ClassNotFoundException", className);
  } catch (error) {
    problem = error;
  }
  const logger = "org.apache.kafka.tools.consumer.DefaultMessageFormatter";
  tell(`Unable to instantiate a deserializer from ${className}`, logger, problem);
  return undefined;
}

/** Prints columns with separators between them. */
export class DefaultMessageFormatter {
  readonly #columns: readonly PrintColumn[];
  readonly #keySeparator: Uint8Array;
  readonly #lineSeparator: Uint8Array;

  /**
   * Looks at its properties: `print.timestamp`, `print.partition`, `print.offset`, `print.delivery`, `print.epoch`, `print.headers`, `print.key`,
   * `print.value` (the only one that is true without a word), `key.separator`, `line.separator`, `headers.separator`, `null.literal`,
   * `key.deserializer`, `value.deserializer`, `headers.deserializer`, and configs of these behind their names.
   */
  constructor(configs: ClientConfigs, tell: TellProblem) {
    const bytes = (name: string, byDefault: string) => encoder.encode(configs[name] ?? byDefault);
    const prints = (name: string) => configs[name]?.trim().toLowerCase() === "true";
    this.#keySeparator = bytes("key.separator", "\t");
    this.#lineSeparator = bytes("line.separator", "\n");
    const headersSeparator = bytes("headers.separator", ",");
    const nullLiteral = bytes("null.literal", "null");
    const printer = (name: string) => partPrinter(deserializer(name, configs, tell), nullLiteral);
    const printKey = printer("key.deserializer");
    const printValue = printer("value.deserializer");
    const printHeader = printer("headers.deserializer");
    const columns: [boolean, PrintColumn][] = [
      [
        prints("print.timestamp"),
        text(({ timestampType, timestamp }) =>
          timestampType === "NoTimestampType" ? "NO_TIMESTAMP" : `${timestampType}:${timestamp}`
        ),
      ],
      [prints("print.partition"), text(({ partition }) => `Partition:${partition}`)],
      [prints("print.offset"), text(({ offset }) => `Offset:${offset}`)],
      // Kafka's tool hands neither of them to its formatter.
      [prints("print.delivery"), text(() => "Delivery:NOT_PRESENT")],
      [prints("print.epoch"), text(() => "Epoch:NOT_PRESENT")],
      [prints("print.headers"), headersPrinter(printHeader, headersSeparator)],
      [prints("print.key"), (record, output) => printKey(record.key, record, output)],
      [
        configs["print.value"] === undefined || prints("print.value"),
        (record, output) => printValue(record.value, record, output),
      ],
    ];
    this.#columns = columns.filter(([isPrinted]) => isPrinted).map(([, print]) => print);
  }

  /**
   * Prints a record.
   *
   * @throws {SerializationError} for bytes that a deserializer does not take
   */
  write(record: ConsumerRecord, output: ByteOutput): void {
    const columns = this.#columns;
    const last = columns.length - 1;
    for (let i = 0; i <= last; i++) {
      columns[i]!(record, output);
      output.write(i === last ? this.#lineSeparator : this.#keySeparator);
    }
  }
}

type PrintPart = (bytes: Uint8Array | null, record: ConsumerRecord, output: ByteOutput) => void;

/** Prints a key, a value or a header's value. What stands for null is deserialized as if it were the bytes, as Kafka does it. */
function partPrinter(
  deserializer: JavaDeserializer | undefined,
  nullLiteral: Uint8Array,
): PrintPart {
  if (deserializer === undefined) return (bytes, _, output) => output.write(bytes ?? nullLiteral);
  return (bytes, record, output) => {
    const value = deserializer.deserialize(
      bytes ?? nullLiteral,
      record.topic,
      () => record.headers,
    );
    output.print(deserializer.text(value));
  };
}

function headersPrinter(printHeader: PrintPart, separator: Uint8Array): PrintColumn {
  return (record, output) => {
    const { headers } = record;
    if (headers.length === 0) output.print("NO_HEADERS");
    headers.forEach(({ key, value }, i) => {
      if (i > 0) output.write(separator);
      output.print(`${key}:`);
      printHeader(value, record, output);
    });
  };
}
