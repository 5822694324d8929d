import { assertEquals } from "@std/assert";
import { errorName } from "../../../client/protocol/error_codes.ts";
import {
  alterPartitionReassignments,
  listPartitionReassignments,
} from "../../../cluster/controller/partition_reassignment.ts";
import { TestController } from "./controller_support.ts";

function controllerWith(
  ...partitions: Parameters<TestController["addTopic"]>[1] & object[]
): TestController {
  const controller = new TestController({ brokers: { 1: {}, 2: {}, 3: {} } });
  controller.addTopic("t", partitions);
  return controller;
}

function alter(
  controller: TestController,
  partitionIndex: number,
  replicas: readonly number[] | null,
  { topic = "t", allowReplicationFactorChange = true } = {},
) {
  const { records, response } = controller.decide((context) =>
    alterPartitionReassignments(context, {
      timeoutMs: 1000,
      allowReplicationFactorChange,
      topics: [{ name: topic, partitions: [{ partitionIndex, replicas }] }],
    })
  );
  const { errorCode, errorMessage } = response[0]!.partitions[0]!;
  return [records.length, errorName(errorCode), errorMessage];
}

Deno.test("on one node there is nowhere to go: the same replicas are no change, others are not known", () => {
  const controller = new TestController();
  controller.addTopic("t");
  assertEquals(alter(controller, 0, [1]), [0, "NONE", null]);
  assertEquals(alter(controller, 0, [7]), [
    0,
    "INVALID_REPLICA_ASSIGNMENT",
    "The manual partition assignment includes broker 7, but no such broker is registered.",
  ]);
  assertEquals(alter(controller, 0, []), [
    0,
    "INVALID_REPLICA_ASSIGNMENT",
    "The manual partition assignment includes an empty replica list.",
  ]);
  assertEquals(alter(controller, 0, [1, 1]), [
    0,
    "INVALID_REPLICA_ASSIGNMENT",
    "The manual partition assignment includes the broker 1 more than once.",
  ]);
  assertEquals(alter(controller, 0, null), [
    0,
    "NO_REASSIGNMENT_IN_PROGRESS",
    "No partition reassignment is in progress.",
  ]);
});

Deno.test("what is not there is refused", () => {
  const controller = controllerWith({});
  assertEquals(alter(controller, 0, [1], { topic: "none" }), [
    0,
    "UNKNOWN_TOPIC_OR_PARTITION",
    "Unable to find a topic named none.",
  ]);
  assertEquals(alter(controller, 9, [1]), [
    0,
    "UNKNOWN_TOPIC_OR_PARTITION",
    "Unable to find partition t:9.",
  ]);
});

Deno.test("replicas are added, listed as under way, and called off", () => {
  const controller = controllerWith({ replicas: [1, 2] }, {});
  assertEquals(alter(controller, 0, [1, 3]), [1, "NONE", null]);
  const { replicas, addingReplicas, removingReplicas, leader } = controller.partition("t");
  assertEquals({ replicas, addingReplicas, removingReplicas, leader }, {
    replicas: [1, 3, 2],
    addingReplicas: [3],
    removingReplicas: [2],
    leader: 1,
  });
  const listed = [{
    name: "t",
    partitions: [{
      partitionIndex: 0,
      replicas: [1, 3, 2],
      addingReplicas: [3],
      removingReplicas: [2],
    }],
  }];
  assertEquals(listPartitionReassignments(controller.image, { topics: null }), listed);
  const asked = [{ name: "t", partitionIndexes: [1, 0, 5] }, {
    name: "none",
    partitionIndexes: [0],
  }];
  assertEquals(listPartitionReassignments(controller.image, { topics: asked }), listed);
  assertEquals(alter(controller, 0, null), [1, "NONE", null]);
  assertEquals(controller.partition("t").replicas, [1, 2]);
  assertEquals(listPartitionReassignments(controller.image, { topics: null }), []);
});

Deno.test("another reassignment takes the place of one under way: who was coming may go, and who was going may stay", () => {
  const controller = controllerWith({ replicas: [1, 2] });
  const state = () => {
    const { replicas, addingReplicas, removingReplicas } = controller.partition("t");
    return [replicas, addingReplicas, removingReplicas];
  };
  alter(controller, 0, [1, 3]);
  assertEquals(state(), [[1, 3, 2], [3], [2]]);
  alter(controller, 0, [3, 1]);
  assertEquals(state(), [[3, 1, 2], [3], [2]], "broker 3 is still to come");
  alter(controller, 0, [1, 2, 3]);
  assertEquals(state(), [[1, 2, 3], [3], []], "broker 2 stays");
  alter(controller, 0, [1, 2]);
  assertEquals(state(), [[1, 2], [], []], "broker 3 goes, and nothing is left to wait for");
});

Deno.test("another order, and fewer replicas that are in sync, are reached at once", () => {
  const controller = controllerWith({ replicas: [1, 2] });
  alter(controller, 0, [2, 1]);
  assertEquals(controller.partition("t").replicas, [2, 1]);
  alter(controller, 0, [2]);
  const { replicas, isr, leader, removingReplicas } = controller.partition("t");
  assertEquals({ replicas, isr, leader, removingReplicas }, {
    replicas: [2],
    isr: [2],
    leader: 2,
    removingReplicas: [],
  });
});

Deno.test("the number of replicas changes only when that is allowed (KIP-860)", () => {
  const controller = controllerWith({ replicas: [1, 2] });
  const strict = { allowReplicationFactorChange: false };
  assertEquals(alter(controller, 0, [1], strict), [
    0,
    "INVALID_REPLICATION_FACTOR",
    "The replication factor is changed from 2 to 1",
  ]);
  assertEquals(alter(controller, 0, [1, 3], strict), [1, "NONE", null]);
  assertEquals(alter(controller, 0, [3, 1], strict), [1, "NONE", null]);
  assertEquals(alter(controller, 0, [1, 2, 3], strict)[1], "INVALID_REPLICATION_FACTOR");
});

Deno.test("a reassignment is not called off when that would lose something, unless that is allowed", () => {
  const moving = {
    replicas: [3, 1],
    isr: [3],
    leader: 3,
    addingReplicas: [3],
    removingReplicas: [1],
  };
  const controller = controllerWith(moving);
  assertEquals(alter(controller, 0, null), [
    0,
    "INVALID_REPLICA_ASSIGNMENT",
    "Unable to revert partition assignment for t:0 because it would require an unclean leader election.",
  ]);
  controller.setConfig(2, "t", "unclean.leader.election.enable", "true");
  assertEquals(alter(controller, 0, null), [1, "NONE", null]);
  assertEquals([controller.partition("t").replicas, controller.partition("t").leader], [[1], 1]);
});
