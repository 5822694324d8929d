import { assertEquals, assertThrows } from "@std/assert";
import { errorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { assignReplicasToDirs } from "../../../cluster/controller/replica_directories.ts";
import { idOf, TestController } from "./controller_support.ts";

const [A, B] = [idOf("a"), idOf("b")];

function controllerOf(metadataVersion?: number): TestController {
  const controller = new TestController({
    ...(metadataVersion === undefined ? {} : { metadataVersion }),
    brokers: { 1: { logDirs: [A, B] }, 2: {} },
  });
  controller.addTopic("t", [
    { replicas: [1, 2], directories: [A, idOf("dir-2")] },
    { replicas: [2] },
  ]);
  return controller;
}

function request(id: string, topic = "t", ...partitions: readonly number[]) {
  return {
    brokerId: 1,
    brokerEpoch: 101,
    directories: [{
      id,
      topics: [{
        topicId: idOf(topic),
        partitions: partitions.map((partitionIndex) => ({ partitionIndex })),
      }],
    }],
  };
}

Deno.test("replicas are where their broker says, and what it has none of is refused", () => {
  const controller = controllerOf();
  const assign = (...told: Parameters<typeof request>) =>
    controller.decide((context) => assignReplicasToDirs(context, request(...told)))
      .response[0]!.topics[0]!.partitions.map(({ errorCode }) => errorName(errorCode));
  assertEquals(assign(B, "t", 0, 1, 7), [
    "NONE",
    "NOT_LEADER_OR_FOLLOWER",
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  assertEquals(assign(B, "gone", 0), ["UNKNOWN_TOPIC_ID"]);
  const { directories, leader, leaderEpoch } = controller.partition("t");
  assertEquals([directories[0], leader, leaderEpoch], [B, 1, 0]);
});

Deno.test("a replica in a directory that has failed is led by others", () => {
  const controller = controllerOf();
  controller.decide((context) => assignReplicasToDirs(context, request(idOf("failed"), "t", 0)));
  const { directories, leader, isr } = controller.partition("t");
  assertEquals([directories[0], leader, isr], [idOf("failed"), 2, [2]]);
});

Deno.test("another life of the broker, and an old metadata.version, are refused", () => {
  const code = (run: () => unknown) => assertThrows(run, KafkaError).code;
  const stale = { ...request(A), brokerEpoch: 7 };
  assertEquals(code(() => assignReplicasToDirs(controllerOf(), stale)), "STALE_BROKER_EPOCH");
  assertEquals(
    code(() => assignReplicasToDirs(controllerOf(14), request(A))),
    "UNSUPPORTED_VERSION",
  );
});
