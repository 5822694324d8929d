import { assertEquals, assertNotEquals } from "@std/assert";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  metadataRecord,
} from "../../../cluster/controller/metadata_records.ts";
import { MetadataReplay } from "../../../cluster/controller/metadata_replay.ts";
import { snapshotRecords } from "../../../cluster/raft/snapshot_reader.ts";
import {
  featureLevel,
  idOf,
  kafkasBatches,
  kafkasDirectory,
  shown,
  snapshotPath,
  TestController,
} from "./controller_support.ts";

/** Kafka keeps its tables hashed: within one kind of records the order tells nothing. */
function inOneOrder(records: Iterable<MetadataRecord>): string[] {
  return Array.from(records, (record) => {
    const data = { ...record.data } as { features?: readonly { readonly name: string }[] };
    if (data.features !== undefined) {
      data.features = [...data.features].sort((a, b) => a.name < b.name ? -1 : 1);
    }
    return shown({ ...record, data } as MetadataRecord);
  }).sort();
}

/** Kinds of records, each once, in the order in which they begin. */
function kindsOf(records: Iterable<MetadataRecord>): string[] {
  return [...new Set(Array.from(records, ({ type }) => type))];
}

for (
  const name of [
    "00000000000000000081-0000000001",
    "00000000000000000203-0000000002",
    "00000000000000000260-0000000003",
  ]
) {
  Deno.test(`replaying Kafka's log gives the records of Kafka's snapshot ${name}`, () => {
    const fileSystem = kafkasDirectory();
    const replay = new MetadataReplay();
    for (const batch of kafkasBatches(fileSystem)) {
      if (batch.baseOffset < Number(name.slice(0, 20))) replay.batch(batch, new MetadataDelta());
    }
    const kafkas = Array.from(
      snapshotRecords(fileSystem, snapshotPath(name)),
      decodeMetadataRecord,
    );
    const ours = [...replay.image.toRecords()];
    assertEquals(inOneOrder(ours), inOneOrder(kafkas));
    assertEquals(kindsOf(ours), kindsOf(kafkas));
    assertEquals(ours[0], kafkas[0], "metadata.version comes first");
  });
}

Deno.test("a snapshot's records make the same image again", () => {
  const image = wholeImage().image;
  const copy = new MetadataImage();
  for (const record of image.toRecords()) {
    copy.replay(decodeMetadataRecord(encodeMetadataRecord(record)));
  }
  assertEquals([...copy.toRecords()].map(shown), [...image.toRecords()].map(shown));
  assertEquals(copy.metadataVersion, 30);
  assertEquals(copy.nextProducerId, 2000);
});

Deno.test("an image with something of everything has its records in the order of Kafka's snapshots", () => {
  assertEquals(kindsOf(wholeImage().image.toRecords()), [
    "FeatureLevelRecord",
    "RegisterBrokerRecord",
    "RegisterControllerRecord",
    "TopicRecord",
    "PartitionRecord",
    "ConfigRecord",
    "ClientQuotaRecord",
    "ProducerIdsRecord",
    "AccessControlEntryRecord",
    "UserScramCredentialRecord",
    "DelegationTokenRecord",
  ]);
});

Deno.test("a snapshot tells the next producer id, and not who got the last block", () => {
  const record = [...wholeImage().image.toRecords()].find(({ type }) =>
    type === "ProducerIdsRecord"
  );
  assertEquals(record?.data, { brokerId: -1, brokerEpoch: -1, nextProducerId: 2000 });
});

Deno.test("at an old metadata.version a snapshot leaves out what its records have no room for", () => {
  const controller = wholeImage(7);
  const records = [...controller.image.toRecords()];
  records.forEach(encodeMetadataRecord);
  assertEquals(kindsOf(records), [
    "FeatureLevelRecord",
    "RegisterBrokerRecord",
    "TopicRecord",
    "PartitionRecord",
    "ConfigRecord",
    "ClientQuotaRecord",
    "ProducerIdsRecord",
    "AccessControlEntryRecord",
  ]);
  assertEquals(
    records.filter(({ type }) => type === "RegisterBrokerRecord" || type === "PartitionRecord")
      .map(({ type, version }) => `${type} ${version}`),
    ["RegisterBrokerRecord 1", "PartitionRecord 0"],
  );
});

Deno.test("what is removed is in no snapshot", () => {
  const controller = wholeImage();
  const topicId = idOf("t");
  const changes: MetadataRecord[] = [
    metadataRecord("RemoveTopicRecord", 0, { topicId }),
    metadataRecord("RemoveAccessControlEntryRecord", 0, { id: idOf("acl") }),
    metadataRecord("RemoveUserScramCredentialRecord", 0, { name: "ann", mechanism: 1 }),
    metadataRecord("RemoveDelegationTokenRecord", 0, { tokenId: "token" }),
    metadataRecord("ClientQuotaRecord", 0, {
      entity: [{ entityType: "user", entityName: "ann" }],
      key: "producer_byte_rate",
      remove: true,
    }),
    metadataRecord("UnregisterBrokerRecord", 0, { brokerId: 1, brokerEpoch: 101 }),
    featureLevel("eligible.leader.replicas.version", 0),
  ];
  controller.replay(...changes);
  assertEquals(kindsOf(controller.image.toRecords()), [
    "FeatureLevelRecord",
    "RegisterControllerRecord",
    "ProducerIdsRecord",
  ]);
  assertEquals(controller.image.isElrEnabled, false);
});

Deno.test("a topic's configs go with it, and do not come back with another of its name", () => {
  const controller = new TestController();
  controller.addTopic("t");
  controller.setConfig(2, "t", "retention.ms", "1");
  controller.replay(metadataRecord("RemoveTopicRecord", 0, { topicId: idOf("t") }));
  controller.addTopic("t");
  assertEquals([...controller.image.configs.of(2, "t")], []);
});

Deno.test("kraft.version is no feature of the metadata, although a Kafka once wrote it there", () => {
  const { image } = new TestController();
  image.replay(featureLevel("kraft.version", 1));
  assertEquals(image.features.has("kraft.version"), false);
});

Deno.test("the image notes in a delta what each record changes", () => {
  const controller = new TestController();
  const { image } = controller;
  const topicId = controller.addTopic("t", [{}, { eligibleLeaderReplicas: [1] }]);
  const delta = new MetadataDelta();
  image.replay(
    metadataRecord("PartitionChangeRecord", 2, { topicId, partitionId: 0, leader: -1 }),
    delta,
  );
  image.replay(metadataRecord("ClearElrRecord", 0, { topicName: "t" }), delta);
  image.replay(
    metadataRecord("ConfigRecord", 0, {
      resourceType: 4,
      resourceName: "",
      name: "log.cleaner.threads",
      value: "2",
    }),
    delta,
  );
  image.replay(
    metadataRecord("BrokerRegistrationChangeRecord", 0, { brokerId: 1, fenced: 1 }),
    delta,
  );
  image.replay(featureLevel("group.version", 1), delta);
  assertEquals([...delta.changedPartitions.get(topicId)!], [0, 1]);
  assertEquals([...delta.changedConfigs.values()], [{ type: 4, name: "" }]);
  assertEquals([...delta.changedBrokers], [1]);
  assertEquals(delta.featuresChanged, true);
  image.replay(metadataRecord("RemoveTopicRecord", 0, { topicId }), delta);
  assertEquals(delta.deletedTopics.map(({ name }) => name), ["t"]);
  assertEquals(delta.changedPartitions.size, 0);
});

Deno.test("records of a Kafka before version 3.3 fence and unfence brokers", () => {
  const { image } = new TestController();
  image.replay({ type: "FenceBrokerRecord", version: 0, data: { id: 1, epoch: 101 } });
  assertEquals(image.cluster.isActive(1), false);
  image.replay({ type: "UnfenceBrokerRecord", version: 0, data: { id: 1, epoch: 101 } });
  assertEquals(image.cluster.isActive(1), true);
});

Deno.test("two images that replayed the same are the same, and a record more makes a difference", () => {
  const a = wholeImage();
  const b = wholeImage();
  assertEquals([...a.image.toRecords()], [...b.image.toRecords()]);
  b.setConfig(2, "t", "retention.ms", "2");
  assertNotEquals([...a.image.toRecords()], [...b.image.toRecords()]);
});

/** An image with something of everything. */
function wholeImage(metadataVersion = 30): TestController {
  const controller = new TestController({
    metadataVersion,
    elr: metadataVersion === 30 ? 1 : 0,
    brokers: { 1: { cordonedLogDirs: [] } },
  });
  controller.addTopic("t", [{ eligibleLeaderReplicas: [2], lastKnownElr: [3] }]);
  controller.setConfig(2, "t", "retention.ms", "1");
  controller.replay(
    metadataRecord("RegisterControllerRecord", 0, { controllerId: 1, incarnationId: idOf("c") }),
    metadataRecord("ClientQuotaRecord", 0, {
      entity: [{ entityType: "user", entityName: "ann" }],
      key: "producer_byte_rate",
      value: 1024,
    }),
    metadataRecord("ProducerIdsRecord", 0, { brokerId: 1, brokerEpoch: 101, nextProducerId: 1000 }),
    metadataRecord("ProducerIdsRecord", 0, { brokerId: 1, brokerEpoch: 101, nextProducerId: 2000 }),
    metadataRecord("AccessControlEntryRecord", 0, { id: idOf("acl"), principal: "User:ann" }),
    metadataRecord("UserScramCredentialRecord", 0, { name: "ann", mechanism: 1, iterations: 4096 }),
    metadataRecord("DelegationTokenRecord", 0, { tokenId: "token", owner: "User:ann" }),
    { type: "NoOpRecord", version: 0, data: {} },
  );
  return controller;
}
