/**
 * What turns the key and the value of a record into text.
 *
 * @module
 */

import type { Record } from "../../record/record.ts";

/** A record's key and value as text; `undefined` prints nothing. */
export interface ParsedRecord {
  readonly key: string | undefined;
  readonly value: string | undefined;
}

/** Kafka's `DumpLogSegments.MessageParser`. */
export interface RecordParser {
  /** Whether what it gives is JSON, wherever decoding succeeds. */
  readonly givesJson: boolean;
  /** Decodes one data record. */
  parse(record: Record): ParsedRecord;
}
