import { assertEquals } from "@std/assert";
import { listPartitionReassignments } from "../../../../client/protocol/messages/list_partition_reassignments.ts";
import { listPartitionReassignmentsHandler } from "../../../../cluster/server/handlers/list_partition_reassignments.ts";
import { call } from "../../../support/handler_call.ts";
import { TestController } from "../../controller/controller_support.ts";

function handlerWith(addingReplicas: readonly number[]) {
  const controller = new TestController({ brokers: { 1: {}, 2: {} } });
  controller.addTopic("t", [{}, { replicas: [1, 2], isr: [1], addingReplicas }]);
  return listPartitionReassignmentsHandler({ image: () => controller.image });
}

Deno.test("the partitions that move are listed, of all topics or of those asked for", () => {
  const listed = [{
    name: "t",
    partitions: [{
      partitionIndex: 1,
      replicas: [1, 2],
      addingReplicas: [2],
      removingReplicas: [],
    }],
  }];
  const topics = (asked: readonly { name: string; partitionIndexes: number[] }[] | null) => {
    const response = call(handlerWith([2]), 0, { topics: asked, timeoutMs: 1000 });
    if (typeof response === "string") throw new Error(response);
    return response.topics;
  };
  assertEquals(topics(null), listed);
  assertEquals(topics([{ name: "t", partitionIndexes: [0, 1] }]), listed);
  assertEquals(topics([{ name: "t", partitionIndexes: [0] }]), []);
  assertEquals(topics([]), []);
});

Deno.test("where nothing moves, nothing is listed", () => {
  const response = call(handlerWith([]), 0, { topics: null, timeoutMs: 1000 });
  assertEquals(response, { throttleTimeMs: 0, errorCode: 0, errorMessage: null, topics: [] });
});

Deno.test("an error names what was asked for", () => {
  const request = { topics: [{ name: "t", partitionIndexes: [4] }], timeoutMs: 0 };
  assertEquals(handlerWith([]).onError(request, "NOT_CONTROLLER", "away"), {
    errorCode: 41,
    errorMessage: "away",
    topics: [{ name: "t", partitions: [{ partitionIndex: 4 }] }],
  });
  assertEquals(listPartitionReassignments.key, 46);
});
