/** Records for formatters of the console consumer, and what they print. */

import { ByteOutput } from "../../client/cli/byte_output.ts";
import type { MessageFormatter } from "../../client/cli/message_formatter.ts";
import { ConsumerRecord } from "../../client/consumer/consumer_record.ts";
import type { TimestampType } from "../../storage/record/record_batch.ts";

/** What is of interest of a record. */
export interface ConsoleRecord {
  readonly key?: Uint8Array | string | null;
  readonly value?: Uint8Array | string | null;
  readonly timestampType?: TimestampType;
  /** Names and values. */
  readonly headers?: readonly (readonly [string, string | null])[];
}

const encoder = new TextEncoder();

function bytesOf(part: Uint8Array | string | null): Uint8Array | null {
  return typeof part === "string" ? encoder.encode(part) : part;
}

/** Headers as they lie in a record; short ones, of which each length is one byte. */
function headerBytes(headers: NonNullable<ConsoleRecord["headers"]>): Uint8Array {
  const part = (text: string | null) => {
    const bytes = bytesOf(text);
    return bytes === null ? [1] : [bytes.length * 2, ...bytes];
  };
  return Uint8Array.from(headers.flatMap(([key, value]) => [...part(key), ...part(value)]));
}

/** A record of topic `t`, partition 3, offset 7, time 5. */
export function consoleRecord(
  { key = null, value = null, timestampType = "CreateTime", headers = [] }: ConsoleRecord,
): ConsumerRecord {
  const parts = [bytesOf(key), bytesOf(value)] as const;
  const bytes = headerBytes(headers);
  return new ConsumerRecord(
    ...["t", 3, 7, 5, timestampType, 0, 0, 0, ...parts, bytes, 0, headers.length] as const,
  );
}

/** What a formatter prints. */
export function printed(formatter: MessageFormatter, ...records: ConsumerRecord[]): string {
  let text = "";
  const output = new ByteOutput({
    stdoutBytes(bytes) {
      text += new TextDecoder().decode(bytes);
      return true;
    },
  });
  for (const record of records) formatter.write(record, output);
  output.flush();
  return text;
}
