import { assertEquals, assertThrows } from "@std/assert";
import { errorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { AlterPartitionRequestPartitionData } from "../../../client/protocol/messages/alter_partition.ts";
import { alterPartition } from "../../../cluster/controller/alter_partition.ts";
import { idOf, type PartitionDraft, TestController } from "./controller_support.ts";

const DRAFT: PartitionDraft = {
  replicas: [1, 2, 3],
  isr: [1],
  leader: 1,
  leaderEpoch: 4,
  partitionEpoch: 9,
};

function controllerWith(partition: PartitionDraft = {}, brokers = {}): TestController {
  const controller = new TestController({
    elr: 0,
    brokers: { 1: {}, 2: {}, 3: {}, 4: {}, ...brokers },
  });
  controller.addTopic("t", [{ ...DRAFT, ...partition }]);
  return controller;
}

function alter(
  controller: TestController,
  wanted: Partial<AlterPartitionRequestPartitionData>,
  { brokerId = 1, topicId = idOf("t") } = {},
) {
  const { response: [topic] } = controller.decide((context) =>
    alterPartition(context, {
      brokerId,
      brokerEpoch: 100 + brokerId,
      topics: [{
        topicId,
        partitions: [{
          partitionIndex: 0,
          leaderEpoch: 4,
          partitionEpoch: 9,
          leaderRecoveryState: 0,
          newIsr: [],
          newIsrWithEpochs: [],
          ...wanted,
        }],
      }],
    })
  );
  const { errorCode, ...partition } = topic!.partitions[0]!;
  return { error: errorName(errorCode), partition };
}

function isr(...ids: readonly number[]) {
  return { newIsrWithEpochs: ids.map((brokerId) => ({ brokerId, brokerEpoch: 100 + brokerId })) };
}

Deno.test("a leader says who is in sync, and learns the partition's new epoch", () => {
  const controller = controllerWith();
  assertEquals(alter(controller, isr(1, 2)), {
    error: "NONE",
    partition: {
      partitionIndex: 0,
      leaderId: 1,
      leaderEpoch: 4,
      isr: [1, 2],
      leaderRecoveryState: 0,
      partitionEpoch: 10,
    },
  });
  assertEquals(controller.partition("t").isr, [1, 2]);
  const same = alter(controller, { ...isr(1, 2), partitionEpoch: 10 });
  assertEquals([same.error, same.partition.partitionEpoch], ["NONE", 10]);
});

Deno.test("a leader of version 2 tells no epochs of brokers", () => {
  assertEquals(alter(controllerWith(), { newIsr: [1, 3] }).partition.isr, [1, 3]);
});

Deno.test("a change on another state of the partition than the controller's is refused", () => {
  const of = (wanted: Partial<AlterPartitionRequestPartitionData>, by = {}) =>
    alter(controllerWith(), { ...isr(1, 2), ...wanted }, by).error;
  assertEquals(of({ leaderEpoch: 5 }), "NOT_CONTROLLER");
  assertEquals(of({ partitionEpoch: 10 }), "NOT_CONTROLLER");
  assertEquals(of({ leaderEpoch: 3 }), "FENCED_LEADER_EPOCH");
  assertEquals(of({ partitionEpoch: 8 }), "INVALID_UPDATE_VERSION");
  assertEquals(of({}, { brokerId: 2 }), "INVALID_REQUEST");
  assertEquals(of({ partitionIndex: 1 }), "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals(of({}, { topicId: idOf("none") }), "UNKNOWN_TOPIC_ID");
});

Deno.test("an ISR that cannot be is refused", () => {
  const of = (...ids: readonly number[]) => alter(controllerWith(), isr(...ids)).error;
  assertEquals(of(), "INVALID_REQUEST");
  assertEquals(of(2, 3), "INVALID_REQUEST", "without the leader");
  assertEquals(of(1, 4), "INVALID_REQUEST", "no replica");
  assertEquals(of(1, 2, 2), "INVALID_REQUEST", "twice");
});

Deno.test("who is fenced, stops, has gone or has come back since is not in sync (KIP-903)", () => {
  const of = (broker: object) => alter(controllerWith({}, { 2: broker }), isr(1, 2)).error;
  assertEquals(of({ fenced: true }), "INELIGIBLE_REPLICA");
  assertEquals(of({ inControlledShutdown: true }), "INELIGIBLE_REPLICA");
  const stale = {
    newIsrWithEpochs: [{ brokerId: 1, brokerEpoch: -1 }, { brokerId: 2, brokerEpoch: 7 }],
  };
  assertEquals(alter(controllerWith(), stale).error, "INELIGIBLE_REPLICA");
  const unregistered = controllerWith({ replicas: [1, 9] });
  assertEquals(alter(unregistered, isr(1, 9)).error, "INELIGIBLE_REPLICA");
});

Deno.test("a leader that has recovered says so, and others join it only then", () => {
  const recovering = () => controllerWith({ leaderRecoveryState: 1 });
  const of = (controller: TestController, leaderRecoveryState: number, ...ids: readonly number[]) =>
    alter(controller, { ...isr(...ids), leaderRecoveryState });
  assertEquals(of(recovering(), 1, 1, 2).error, "INVALID_REQUEST");
  assertEquals(of(recovering(), 2, 1).error, "INVALID_REQUEST");
  assertEquals(of(controllerWith(), 1, 1).error, "INVALID_REQUEST");
  const controller = recovering();
  const { error, partition } = of(controller, 0, 1, 2);
  assertEquals([error, partition.leaderRecoveryState, partition.isr], ["NONE", 0, [1, 2]]);
  assertEquals(controller.partition("t").leaderRecoveryState, 0);
});

Deno.test("a reassignment ends with the ISR that it waited for, and who then does not lead any more is told so", () => {
  const moving = { replicas: [2, 3, 1], addingReplicas: [2, 3], removingReplicas: [1] };
  const controller = controllerWith(moving);
  assertEquals(alter(controller, isr(1, 2)).error, "NONE");
  assertEquals(controller.partition("t").removingReplicas, [1]);
  const ended = alter(controller, { ...isr(1, 2, 3), partitionEpoch: 10 });
  assertEquals(ended.error, "NEW_LEADER_ELECTED");
  const { replicas, leader, addingReplicas, removingReplicas } = controller.partition("t");
  assertEquals({ replicas, leader, addingReplicas, removingReplicas }, {
    replicas: [2, 3],
    leader: 2,
    addingReplicas: [],
    removingReplicas: [],
  });
});

Deno.test("a broker of another life is not listened to", () => {
  const controller = controllerWith();
  const request = { brokerId: 1, brokerEpoch: 7, topics: [] };
  const error = assertThrows(() => alterPartition(controller, request), KafkaError);
  assertEquals(error.code, "STALE_BROKER_EPOCH");
});
