/** The metadata log that Kafka wrote, with its last snapshot. */

import type { CommittedBatch } from "../../cluster/raft/raft_listener.ts";
import {
  decodeMetadataRecord,
  type MetadataRecord,
} from "../../cluster/controller/metadata_records.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";

const FOLDER = new URL("../fixtures/broker/__cluster_metadata-0/", import.meta.url);

/** Batches of the log in order, and the records of the newest snapshot that the log reaches. */
export function CLUSTER_LOG(): {
  batches: CommittedBatch[];
  snapshot: { offset: number; records: MetadataRecord[] };
} {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
  const batches: CommittedBatch[] = [];
  for (const name of names.filter((name) => name.endsWith(".log"))) {
    for (const batch of batchesIn(Deno.readFileSync(new URL(name, FOLDER)))) {
      batches.push({
        baseOffset: batch.baseOffset,
        lastOffset: batch.lastOffset,
        epoch: batch.partitionLeaderEpoch,
        appendTimestamp: batch.maxTimestamp,
        sizeInBytes: batch.sizeInBytes,
        records: batch.isControlBatch
          ? []
          : [...batch.records()].map(({ value }) => value!.slice()),
      });
    }
  }
  const newest = names.filter((name) => name.endsWith(".checkpoint")).at(-1)!;
  const records: MetadataRecord[] = [];
  for (const batch of batchesIn(Deno.readFileSync(new URL(newest, FOLDER)))) {
    if (batch.isControlBatch) continue;
    for (const { value } of batch.records()) records.push(decodeMetadataRecord(value!));
  }
  return { batches, snapshot: { offset: Number(newest.slice(0, 20)), records } };
}
