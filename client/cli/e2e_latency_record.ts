/**
 * The records of `seglog e2e-latency`, and whether they come back as they were.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import type { RecordHeader } from "../../storage/record/record.ts";
import type { ConsumerRecord } from "../consumer/consumer_record.ts";
import type { ConsumerRecords } from "../consumer/consumer_records.ts";

/** How large a record is. */
export interface RecordSizes {
  /** Bytes of the key. */
  readonly key: number;
  /** Bytes of the value. */
  readonly value: number;
  /** How many headers there are. */
  readonly headers: number;
  /** Bytes of a header's key. */
  readonly headerKey: number;
  /** Bytes of a header's value; -1 for none. */
  readonly headerValue: number;
}

/** What is sent. */
export interface SentRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly headers: readonly RecordHeader[];
}

const decoder = new TextDecoder();

/** Some capital letter, as often as is asked for. */
function letters(random: Random, length: number): Uint8Array {
  return new Uint8Array(length).fill(65 + Math.floor(random.next() * 26));
}

/** A record of these sizes. */
export function sizedRecord(random: Random, sizes: RecordSizes): SentRecord {
  return {
    key: letters(random, sizes.key),
    value: letters(random, sizes.value),
    headers: Array.from({ length: sizes.headers }, () => ({
      key: decoder.decode(letters(random, sizes.headerKey)),
      value: sizes.headerValue < 0 ? null : letters(random, sizes.headerValue),
    })),
  };
}

/** What is wrong with what came back; `undefined` for nothing. */
export function mismatch(sent: SentRecord, records: ConsumerRecords, timeoutMs: number) {
  const [record] = records;
  if (record === undefined) {
    return `poll() timed out before finding a result (timeout:[${timeoutMs}ms])`;
  }
  return valueMismatch(sent, record) ?? keyMismatch(sent, record) ??
    headersMismatch(sent.headers, record.headers) ??
    (records.count === 1
      ? undefined
      : `Only one result was expected during this test. We found [${records.count}]`);
}

function valueMismatch(sent: SentRecord, { value }: ConsumerRecord): string | undefined {
  const [expected, read] = [decoder.decode(sent.value), decoder.decode(value ?? undefined)];
  if (read === expected) return undefined;
  return `The message value read [${read}] did not match the message value sent [${expected}]`;
}

function keyMismatch(sent: SentRecord, { key }: ConsumerRecord): string | undefined {
  if (key === null) return "Expected message key but received null";
  const [expected, read] = [decoder.decode(sent.key), decoder.decode(key)];
  if (read === expected) return undefined;
  return `The message key read [${read}] did not match the message key sent [${expected}]`;
}

function headersMismatch(
  sent: readonly RecordHeader[],
  read: readonly RecordHeader[],
): string | undefined {
  if (sent.length === 0) return undefined;
  if (read.length === 0) return "Expected message headers but received none";
  for (let i = 0; i < Math.min(sent.length, read.length); i++) {
    const [expected, found] = [headerText(sent[i]!), headerText(read[i]!)];
    if (found === expected) continue;
    return `The message header read [${found}] did not match the message header sent [${expected}]`;
  }
  if (sent.length === read.length) return undefined;
  return "Header count mismatch between sent and received messages";
}

function headerText({ key, value }: RecordHeader): string {
  // Java's bytes have signs.
  return `${key}:${value === null ? "null" : `[${new Int8Array(value).join(", ")}]`}`;
}
