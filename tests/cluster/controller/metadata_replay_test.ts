import { assertEquals, assertThrows } from "@std/assert";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import {
  encodeMetadataRecord,
  type MetadataRecord,
  metadataRecord,
} from "../../../cluster/controller/metadata_records.ts";
import { MetadataReplay } from "../../../cluster/controller/metadata_replay.ts";
import type { CommittedBatch } from "../../../cluster/raft/raft_listener.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { featureLevel, kafkasBatches } from "./controller_support.ts";

function batch(baseOffset: number, ...records: MetadataRecord[]): CommittedBatch {
  return {
    baseOffset,
    lastOffset: baseOffset + records.length - 1,
    epoch: 3,
    appendTimestamp: 0,
    sizeInBytes: 100,
    records: records.map(encodeMetadataRecord),
  };
}

const begin = metadataRecord("BeginTransactionRecord", 0, { name: "Bootstrap records" });
const end = metadataRecord("EndTransactionRecord", 0, {});
const abort = metadataRecord("AbortTransactionRecord", 0, { reason: "Controller failover" });

Deno.test("a batch takes effect, and the image is as of its last record", () => {
  const replay = new MetadataReplay();
  const effective = replay.batch(
    batch(5, featureLevel("a", 1), featureLevel("b", 2)),
    new MetadataDelta(),
  );
  assertEquals(effective.length, 2);
  assertEquals([...replay.image.features], [["a", 1], ["b", 2]]);
  assertEquals([replay.image.offset, replay.image.epoch], [6, 3]);
});

Deno.test("records of a transaction take effect together when it ends, also in a later batch", () => {
  const replay = new MetadataReplay();
  const delta = new MetadataDelta();
  assertEquals(replay.batch(batch(0, begin, featureLevel("a", 1)), delta), []);
  assertEquals(replay.batch(batch(2, featureLevel("b", 1)), delta), []);
  assertEquals([replay.image.features.size, replay.isInTransaction, delta.featuresChanged], [
    0,
    true,
    false,
  ]);
  assertEquals(replay.batch(batch(3, end), delta).length, 2);
  assertEquals([replay.image.features.size, replay.isInTransaction, delta.featuresChanged], [
    2,
    false,
    true,
  ]);
});

Deno.test("records of a transaction that is given up never take effect", () => {
  const replay = new MetadataReplay();
  replay.batch(
    batch(0, begin, featureLevel("a", 1), abort, featureLevel("b", 1)),
    new MetadataDelta(),
  );
  assertEquals([...replay.image.features.keys()], ["b"]);
  assertEquals(replay.isInTransaction, false);
});

Deno.test("Kafka's log begins with a transaction, before whose end nothing is in force", () => {
  const replay = new MetadataReplay();
  const bootstrap = kafkasBatches().find(({ baseOffset }) => baseOffset === 3)!;
  const cut = { ...bootstrap, records: bootstrap.records.slice(0, -1) };
  replay.batch(cut, new MetadataDelta());
  assertEquals(replay.image.metadataVersion, 0);
  replay.batch({ ...bootstrap, records: bootstrap.records.slice(-1) }, new MetadataDelta());
  assertEquals(replay.image.metadataVersion, 30);
});

Deno.test("a snapshot replaces the image, and what a transaction had held back", () => {
  const replay = new MetadataReplay();
  replay.batch(batch(0, featureLevel("a", 1), begin, featureLevel("b", 1)), new MetadataDelta());
  replay.snapshot([encodeMetadataRecord(featureLevel("c", 1))], { offset: 10, epoch: 4 });
  assertEquals([...replay.image.features.keys()], ["c"]);
  assertEquals([replay.image.offset, replay.image.epoch, replay.isInTransaction], [9, 4, false]);
});

Deno.test("a record that nobody knows stops the replay rather than being passed over", () => {
  const unknown = { ...batch(0), records: [new Uint8Array([1, 99, 0, 0])] };
  assertThrows(() => new MetadataReplay().batch(unknown, new MetadataDelta()), ProtocolError, "99");
});
