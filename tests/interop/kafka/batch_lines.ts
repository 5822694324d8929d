/**
 * What the engine finds in batches, in the words of `ReadBatches.java`.
 *
 * @module
 */

import { parseEndTransactionMarker } from "../../../storage/record/control_record.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import type { Record } from "../../../storage/record/record.ts";
import type { AnyRecordBatch } from "../../../storage/record/record_batch.ts";

/** Length and hash of bytes, as `Arrays.hashCode` has it. */
export function digest(bytes: Uint8Array | null): string {
  if (bytes === null) return "null";
  let hash = 1;
  for (const byte of bytes) hash = (Math.imul(hash, 31) + (byte << 24 >> 24)) | 0;
  return `${bytes.length}:${hash}`;
}

/** One line a batch, and one a record. */
export function batchLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  let end = 0;
  for (const batch of batchesIn(bytes)) {
    batch.ensureValid();
    lines.push(batchLine(batch));
    for (const record of batch.records()) {
      lines.push(batch.isControlBatch ? markerLine(record) : recordLine(record));
    }
    end = batch.start + batch.sizeInBytes;
  }
  if (end !== bytes.length) lines.push(`${bytes.length - end} bytes more`);
  return lines;
}

function batchLine(batch: AnyRecordBatch): string {
  return [
    "batch",
    `magic=${batch.magic}`,
    // A wrapper of magic 0 or 1 knows its last offset only.
    ...(batch.magic >= 2 ? [`base=${batch.baseOffset}`] : []),
    `last=${batch.lastOffset}`,
    `bytes=${batch.sizeInBytes}`,
    `crc=${batch.checksum}`,
    `epoch=${batch.partitionLeaderEpoch}`,
    `codec=${batch.compressionType}`,
    `time=${batch.timestampType}:${batch.maxTimestamp}`,
    `count=${batch.count ?? null}`,
    `producer=${batch.producerId}:${batch.producerEpoch}`,
    `sequence=${batch.baseSequence}..${batch.lastSequence}`,
    `transactional=${batch.isTransactional}`,
    `horizon=${batch.deleteHorizonMs ?? "none"}`,
  ].join(" ");
}

function recordLine({ offset, timestamp, sequence, key, value, headers }: Record): string {
  const headerWords = headers.map((header) => `${header.key}=${digest(header.value)}`);
  return `record ${offset} at ${timestamp} #${sequence} ${digest(key)} ${digest(value)} ` +
    `[${headerWords.join(", ")}]`;
}

function markerLine(record: Record): string {
  const { type, coordinatorEpoch } = parseEndTransactionMarker(record);
  return `marker ${record.offset} at ${record.timestamp} ${type} by ${coordinatorEpoch}`;
}
