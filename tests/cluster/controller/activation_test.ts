import { assertEquals } from "@std/assert";
import { activate } from "../../../cluster/controller/activation.ts";
import { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import { decodeMetadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { readBootstrapMetadata } from "../../../cluster/raft/bootstrap_metadata.ts";
import { DIRECTORY } from "../raft/raft_support.ts";
import {
  featureLevel,
  kafkasBatches,
  kafkasDirectory,
  rulesOf,
  shown,
  TestController,
} from "./controller_support.ts";

function newCluster(properties: Record<string, string> = {}) {
  const { random } = new TestController();
  return { image: new MetadataImage(), random, rules: rulesOf(properties), nodeId: 1 };
}

Deno.test("a new cluster begins with the records that Kafka begins with, out of the same bootstrap file", () => {
  const kafkas = kafkasBatches().find(({ baseOffset }) => baseOffset === 3)!.records
    .map(decodeMetadataRecord);
  const { records } = readBootstrapMetadata(kafkasDirectory(), DIRECTORY);
  assertEquals(activate(newCluster(), records, false).records.map(shown), kafkas.map(shown));
});

Deno.test("with eligible leaders, min.insync.replicas of the properties is written for the cluster", () => {
  const levels = [
    featureLevel("metadata.version", 30),
    featureLevel("eligible.leader.replicas.version", 1),
  ];
  const { records } = activate(newCluster({ "min.insync.replicas": "2" }), levels, false);
  assertEquals(
    records.map(shown).at(-2),
    'ConfigRecord v0 resourceType=4 resourceName="" name="min.insync.replicas" value="2"',
  );
  assertEquals(activate(newCluster(), levels.slice(0, 1), false).records.length, 3);
});

Deno.test("an old metadata.version has no transactions: all is one batch", () => {
  const levels = [featureLevel("metadata.version", 12)];
  assertEquals(activate(newCluster(), levels, false).records, levels);
});

Deno.test("a cluster that has begun is left alone, but for a transaction that nobody will end", () => {
  const controller = new TestController();
  assertEquals(activate(controller, [featureLevel("metadata.version", 12)], false).records, []);
  assertEquals(activate(controller, [], true).records.map(shown), [
    'AbortTransactionRecord v0 reason="Controller failover"',
  ]);
});

Deno.test("a beginning that was cut off is given up, and written again", () => {
  const levels = [featureLevel("metadata.version", 30)];
  assertEquals(activate(newCluster(), levels, true).records.map(({ type }) => type), [
    "AbortTransactionRecord",
    "BeginTransactionRecord",
    "FeatureLevelRecord",
    "EndTransactionRecord",
  ]);
});
