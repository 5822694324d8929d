import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import {
  assignedPartition,
  partitionRecord,
  placedPartitions,
  validateManualAssignment,
} from "../../../cluster/controller/new_partitions.ts";
import { brokerRecord, clusterOf } from "../../support/controller.ts";

Deno.test("the leader is the first replica that is up", () => {
  const context = clusterOf(brokerRecord(1, { fenced: true }), brokerRecord(2));
  const { leader, isr, replicas } = assignedPartition(context, 0, [1, 2], undefined);
  assertEquals([leader, isr, replicas], [2, [2], [1, 2]]);
  assertThrows(
    () => assignedPartition(context, 4, [1], undefined),
    KafkaError,
    "partition 4 are fenced or in controlled shutdown",
  );
});

Deno.test("all partitions of a topic have as many replicas", () => {
  const context = clusterOf(brokerRecord(1), brokerRecord(2));
  validateManualAssignment(context, [1, 2], 2);
  assertThrows(
    () => validateManualAssignment(context, [1], 2),
    KafkaError,
    "a partition with 1 replica(s), but this is not consistent with previous partitions, which have 2",
  );
});

Deno.test("the version of the record is that of the cluster, and so is what it has", () => {
  const context = clusterOf(brokerRecord(1));
  const [partition] = placedPartitions(context, { numPartitions: 1, replicationFactor: 1 });
  const record = () => {
    const { version, data } = partitionRecord(context, "TOPICxxxxxxxxxxxxxxxxA", 0, partition!);
    return [version, (data as { directories: string[] }).directories.length];
  };
  assertEquals(record(), [2, 1]);
  const old = { name: "metadata.version", featureLevel: 7 };
  context.image.replay(metadataRecord("FeatureLevelRecord", 0, old));
  assertEquals(record(), [0, 0]);
});

Deno.test("brokers all of whose directories are cordoned get nothing", () => {
  const context = clusterOf(brokerRecord(1), brokerRecord(2));
  const place = (replicationFactor: number) =>
    placedPartitions(context, { numPartitions: 10, replicationFactor })
      .map(({ replicas }) => replicas);
  const cordon = (brokerId: number, cordonedLogDirs: string[]) =>
    context.image.replay(
      metadataRecord("BrokerRegistrationChangeRecord", 3, { brokerId, cordonedLogDirs }),
    );
  cordon(1, ["DIRECTORYxxxxxxxxxxxxA"]);
  assertEquals(place(1), Array.from({ length: 10 }, () => [2]));
  assertThrows(
    () => place(2),
    KafkaError,
    "The target replication factor of 2 cannot be reached because only 1 broker(s) are registered or some " +
      "brokers have all their log directories cordoned.",
  );
  cordon(2, ["DIRECTORYxxxxxxxxxxxxA"]);
  assertThrows(
    () => place(1),
    KafkaError,
    "All brokers are currently fenced, or have all their log directories cordoned.",
  );
});
