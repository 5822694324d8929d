/**
 * Prints records of the topics in which coordinators keep their state, as JSON (Kafka's `CoordinatorRecordMessageFormatter`).
 *
 * @module
 */

import {
  type CoordinatorRecord,
  CoordinatorRecordDecoder,
  UnknownRecordTypeError,
} from "../../storage/cli/decoders/coordinator_record.ts";
import { toJsonText } from "../../storage/cli/decoders/json_text.ts";
import { StorageError } from "../../storage/errors.ts";
import type { MessageSchema } from "../../storage/message/message_schema.ts";
import type { ConsumerRecord } from "../consumer/consumer_record.ts";
import type { ByteOutput } from "./byte_output.ts";
import { JavaException } from "./java_exception.ts";

/** Prints records of some types, one behind the other: like Kafka's, it ends no line. */
export class CoordinatorMessageFormatter {
  readonly #decoder: CoordinatorRecordDecoder;
  readonly #types: readonly number[] | undefined;

  /**
   * Takes the schemas of the records.
   *
   * @param types types of the records that are printed; `undefined` for all
   */
  constructor(schemas: readonly MessageSchema[], types?: readonly number[]) {
    this.#decoder = new CoordinatorRecordDecoder(schemas);
    this.#types = types;
  }

  /**
   * Prints a record, if it is one of those that are to be printed.
   *
   * @throws {JavaException} `RuntimeException` for one that cannot be read
   */
  write({ key, value, offset }: ConsumerRecord, output: ByteOutput): void {
    if (key === null) return;
    const record = this.#decode(key, value, offset);
    if (record === undefined || this.#types?.includes(record.type) === false) return;
    const { type, key: data, value: decoded } = record;
    output.print(toJsonText({ key: { type, data }, value: decoded }));
  }

  /** `undefined` for a type that is not known. */
  #decode(
    key: Uint8Array,
    value: Uint8Array | null,
    offset: number,
  ): CoordinatorRecord | undefined {
    try {
      return this.#decoder.decode(key, value);
    } catch (error) {
      if (error instanceof UnknownRecordTypeError) return undefined;
      if (!(error instanceof StorageError)) throw error;
      const runtimeException = "java.lang.RuntimeException";
      throw new JavaException(
        runtimeException,
        `Could not read record at offset ${offset} due to: ${error.message}`,
        { cause: new JavaException(runtimeException, error.message) },
      );
    }
  }
}
