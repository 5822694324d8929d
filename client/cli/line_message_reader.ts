/**
 * Makes records of lines (Kafka's `LineMessageReader`).
 *
 * @module
 */

import { javaRegExp } from "../../storage/bytes/java_pattern.ts";
import type { RecordHeader } from "../../storage/record/record.ts";
import type { ProducerRecord } from "../producer/producer_record.ts";
import type { ClientConfigs } from "./command_config.ts";
import { kafkaException } from "./java_exception.ts";
import { javaSyntax } from "./java_syntax.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Whether a property is there and says so. */
function isTrue(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === "true";
}

/** `Pattern.split`: no empty part at the end, nor in front of a match of nothing. */
function split(text: string, separator: RegExp): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { index, 0: { length } } of text.matchAll(separator)) {
    if (index + length === 0) continue;
    parts.push(text.slice(from, index));
    from = index + length;
  }
  if (parts.length === 0) return [text];
  parts.push(text.slice(from));
  return parts.slice(0, parts.findLastIndex((part) => part !== "") + 1);
}

/** Reads lines of the form `headers, key, value`, of which only the value need be there. */
export class LineMessageReader {
  readonly #topic: string;
  readonly #hasKey: boolean;
  readonly #hasHeaders: boolean;
  readonly #keySeparator: string;
  readonly #headersDelimiter: string;
  readonly #headersSeparator: RegExp;
  readonly #headersKeySeparator: string;
  readonly #ignoresErrors: boolean;
  readonly #nullMarker: string | undefined;
  readonly #isValue: boolean;
  #lineNumber = 0;

  /**
   * Looks at its properties: `topic`, `parse.key`, `key.separator`, `parse.headers`, `headers.delimiter`, `headers.separator` (a regular expression),
   * `headers.key.separator`, `ignore.error`, `null.marker`.
   *
   * @throws {JavaException} when the same text would mean two things, and for a pattern that is none
   */
  constructor(properties: ClientConfigs & { readonly topic: string }) {
    this.#topic = properties.topic;
    this.#hasKey = isTrue(properties["parse.key"]);
    this.#hasHeaders = isTrue(properties["parse.headers"]);
    this.#ignoresErrors = isTrue(properties["ignore.error"]);
    this.#keySeparator = properties["key.separator"] ?? "\t";
    this.#headersDelimiter = properties["headers.delimiter"] ?? "\t";
    this.#headersKeySeparator = properties["headers.key.separator"] ?? ":";
    this.#nullMarker = properties["null.marker"];
    this.#isValue = !this.#hasKey && !this.#hasHeaders && this.#nullMarker === undefined;
    const separator = properties["headers.separator"] ?? ",";
    const { source, flags } = javaSyntax(() => javaRegExp(separator), separator);
    this.#headersSeparator = new RegExp(source, `${flags}g`);
    const headers: readonly (readonly [string, string | undefined])[] = [
      ["headers.delimiter", this.#headersDelimiter],
      ["headers.separator", separator],
      ["headers.key.separator", this.#headersKeySeparator],
    ];
    const marker = ["null.marker", this.#nullMarker] as const;
    refuseSame(headers[0]!, headers[1]!);
    refuseSame(headers[0]!, headers[2]!);
    refuseSame(headers[1]!, headers[2]!);
    refuseSame(marker, ["key.separator", this.#keySeparator]);
    refuseSame(marker, headers[1]!);
    refuseSame(marker, headers[0]!);
    refuseSame(marker, headers[2]!);
  }

  /**
   * The record of the next line.
   *
   * @param bytes the line in UTF-8; they may become the record's value
   * @throws {JavaException} `KafkaException` when the line lacks a separator, unless errors are ignored
   */
  read(bytes: Uint8Array): ProducerRecord<Uint8Array, Uint8Array> {
    this.#lineNumber++;
    // Most inputs are values alone, of which nothing has to be looked at.
    if (this.#isValue) return { topic: this.#topic, value: bytes };
    const line = decoder.decode(bytes);
    let at = 0;
    const headers = this.#hasHeaders
      ? this.#part(line, at, this.#headersDelimiter, "headers delimiter")
      : undefined;
    if (headers !== undefined) at += headers.length + this.#headersDelimiter.length;
    const key = this.#hasKey
      ? this.#part(line, at, this.#keySeparator, "key separator")
      : undefined;
    if (key !== undefined) at += key.length + this.#keySeparator.length;
    return {
      topic: this.#topic,
      key: key === undefined ? null : this.#bytes(key),
      value: this.#bytes(line.slice(at)),
      headers: headers === undefined || headers === this.#nullMarker ? [] : this.#headers(headers),
    };
  }

  #bytes(text: string): Uint8Array | null {
    return text === this.#nullMarker ? null : encoder.encode(text);
  }

  #part(line: string, from: number, separator: string, name: string): string | undefined {
    const index = line.indexOf(separator, from);
    if (index >= 0) return line.slice(from, index);
    if (this.#ignoresErrors) return undefined;
    throw kafkaException(`No ${name} found on line number ${this.#lineNumber}: '${line}'`);
  }

  #headers(text: string): readonly RecordHeader[] {
    return split(text, this.#headersSeparator).map((pair) => {
      const index = pair.indexOf(this.#headersKeySeparator);
      if (index < 0) {
        if (this.#ignoresErrors) return { key: pair, value: null };
        throw kafkaException(
          `No header key separator found in pair '${pair}' on line number ${this.#lineNumber}`,
        );
      }
      const key = pair.slice(0, index);
      if (key === this.#nullMarker) {
        throw kafkaException(
          `Header keys should not be equal to the null marker '${this.#nullMarker}' as they can't be null`,
        );
      }
      return { key, value: this.#bytes(pair.slice(index + this.#headersKeySeparator.length)) };
    });
  }
}

function refuseSame(
  [name, text]: readonly [string, string | undefined],
  [otherName, other]: readonly [string, string | undefined],
): void {
  if (text === other) throw kafkaException(`${name} and ${otherName} may not be equal`);
}
