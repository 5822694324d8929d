import { assertEquals } from "@std/assert";
import {
  ImageView,
  topicChangesOf,
  topicConfigsOf,
} from "../../../cluster/replication/image_view.ts";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import type { MetadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { topicIdOf } from "../../support/replicas.ts";

function topic(name: string, generation = 0): MetadataRecord {
  return { type: "TopicRecord", version: 0, data: { name, topicId: topicIdOf(name, generation) } };
}

function partition(name: string, partitionId: number, generation = 0): MetadataRecord {
  return {
    type: "PartitionRecord",
    version: 1,
    data: {
      partitionId,
      topicId: topicIdOf(name, generation),
      replicas: [1],
      isr: [1],
      removingReplicas: [],
      addingReplicas: [],
      leader: 1,
      leaderRecoveryState: 0,
      leaderEpoch: 3,
      partitionEpoch: 2,
      directories: ["d"],
      eligibleLeaderReplicas: null,
      lastKnownElr: null,
    },
  };
}

function config(name: string, value: string | null, resourceType = 2): MetadataRecord {
  return {
    type: "ConfigRecord",
    version: 0,
    data: { resourceType, resourceName: name, name: "retention.ms", value },
  };
}

function broker(fenced: boolean): MetadataRecord {
  return {
    type: "RegisterBrokerRecord",
    version: 3,
    data: {
      brokerId: 1,
      isMigratingZkBroker: false,
      incarnationId: topicIdOf("i"),
      brokerEpoch: 5,
      endPoints: [{ name: "PLAINTEXT", host: "h", port: 9092, securityProtocol: 0 }],
      features: [],
      rack: "r",
      fenced,
      inControlledShutdown: false,
      logDirs: [],
      cordonedLogDirs: null,
    },
  };
}

function replay(image: MetadataImage, ...records: MetadataRecord[]): MetadataDelta {
  const delta = new MetadataDelta();
  for (const record of records) image.replay(record, delta);
  return delta;
}

function plain(changes: ReturnType<typeof topicChangesOf>) {
  return {
    isWhole: changes.isWhole,
    deleted: changes.deleted.map(({ name, id }) => [name, id]),
    changed: [...changes.changed].map(([name, partitions]) => [name, [...partitions]]),
    configs: [...changes.configs],
  };
}

Deno.test("topics, partitions and brokers are found in the image", () => {
  const image = new MetadataImage();
  const view = new ImageView(image);
  replay(image, topic("t"), partition("t", 0), broker(true));
  assertEquals([view.topicId("t"), view.topicName(topicIdOf("t"))], [topicIdOf("t"), "t"]);
  assertEquals([view.topicId("u"), view.topicName("u"), view.contains("u", 0)], [
    undefined,
    undefined,
    false,
  ]);
  assertEquals([view.contains("t", 0), view.contains("t", 1)], [true, false]);
  assertEquals(view.partition("t", 0)?.leaderEpoch, 3);
  assertEquals([[...view.partitions("t").keys()], [...view.partitions("u")]], [[0], []]);
  assertEquals([view.activeBrokerEpoch(1), view.endpoint(1, "PLAINTEXT")], [undefined, undefined]);
  replay(image, broker(false));
  assertEquals(view.activeBrokerEpoch(1), 5);
  assertEquals(view.endpoint(1, "PLAINTEXT"), { nodeId: 1, host: "h", port: 9092, rack: "r" });
  assertEquals([view.endpoint(1, "OTHER"), view.endpoint(2, "PLAINTEXT")], [undefined, undefined]);
  assertEquals(view.metadataVersion, 0);
});

Deno.test("a delta names what has come, changed and gone, by the names of topics", () => {
  const image = new MetadataImage();
  replay(image, topic("t"), partition("t", 0), partition("t", 1), topic("u"), partition("u", 0));
  const delta = replay(
    image,
    { type: "RemoveTopicRecord", version: 0, data: { topicId: topicIdOf("u") } },
    topic("u", 1),
    partition("u", 0, 1),
    partition("t", 1),
    config("t", "5"),
    config("1", "5", 4),
  );
  assertEquals(plain(topicChangesOf(delta, image)), {
    isWhole: false,
    deleted: [["u", topicIdOf("u")]],
    changed: [["u", [0]], ["t", [1]]],
    configs: [["t", { "retention.ms": "5" }]],
  });
});

Deno.test("a config that was taken away is told as none", () => {
  const image = new MetadataImage();
  replay(image, topic("t"), config("t", "5"));
  assertEquals(topicConfigsOf(image, "t"), { "retention.ms": "5" });
  const delta = replay(image, config("t", null));
  assertEquals(plain(topicChangesOf(delta, image)).configs, [["t", {}]]);
});

Deno.test("a whole delta names everything", () => {
  const image = new MetadataImage();
  replay(image, topic("t"), partition("t", 0), partition("t", 1), config("t", "5"));
  const delta = new MetadataDelta();
  delta.isWhole = true;
  assertEquals(plain(topicChangesOf(delta, image)), {
    isWhole: true,
    deleted: [],
    changed: [["t", [0, 1]]],
    configs: [["t", { "retention.ms": "5" }]],
  });
});
