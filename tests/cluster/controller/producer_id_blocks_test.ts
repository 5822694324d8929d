import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { allocateProducerIds } from "../../../cluster/controller/producer_id_blocks.ts";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { MetadataReplay } from "../../../cluster/controller/metadata_replay.ts";
import { apply, brokerRecord, clusterOf } from "../../support/controller.ts";
import { kafkasBatches } from "./controller_support.ts";

Deno.test("blocks follow one another, and no id is given twice", () => {
  const context = clusterOf(brokerRecord(1));
  const blocks = [1, 2, 3].map(() => apply(context, allocateProducerIds(context, 1, 101)));
  assertEquals(blocks.map(({ firstProducerId }) => firstProducerId), [0, 1000, 2000]);
  assertEquals(context.image.nextProducerId, 3000);
  assertEquals(
    [...context.image.toRecords()].filter(({ type }) => type === "ProducerIdsRecord").length,
    1,
  );
});

Deno.test("a broker of another life gets none", () => {
  const context = clusterOf(brokerRecord(1));
  const error = assertThrows(() => allocateProducerIds(context, 1, 7), KafkaError);
  assertEquals(error.code, "STALE_BROKER_EPOCH");
});

Deno.test("a broker that is not known, and ids that have come to their end, are told so", () => {
  const context = clusterOf(brokerRecord(1));
  assertThrows(
    () => allocateProducerIds(context, 2, 7),
    KafkaError,
    "No broker registration found for broker id 2",
  );
  assertThrows(
    () => allocateProducerIds(context, 1, 7),
    KafkaError,
    "Expected broker epoch 101, but got broker epoch 7",
  );
  context.image.replay(metadataRecord("ProducerIdsRecord", 0, { nextProducerId: 2 ** 53 - 1000 }));
  assertThrows(() => allocateProducerIds(context, 1, 101), KafkaError, "Exhausted all producerIds");
});

Deno.test("the next block is the one that Kafka's log says is next", () => {
  const replay = new MetadataReplay();
  for (const batch of kafkasBatches()) replay.batch(batch, new MetadataDelta());
  const { response } = allocateProducerIds({ ...clusterOf(), image: replay.image }, 1, 209);
  assertEquals(response, { firstProducerId: 3000, size: 1000 });
});
