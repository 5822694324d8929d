import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { alterPartitionReassignments } from "../../../../client/protocol/messages/alter_partition_reassignments.ts";
import { alterPartitionReassignmentsHandler } from "../../../../cluster/server/handlers/alter_partition_reassignments.ts";
import type { ControllerDriver } from "../../../../cluster/controller/controller_driver.ts";
import { makeTopic, startBroker } from "../../../support/broker.ts";
import { responseOf } from "../../../support/handler_call.ts";

// What the controller decides is in tests/cluster/controller/partition_reassignment_test.ts.

Deno.test("on one node nothing moves: the same replicas are no change, other brokers are not known, and nothing can be called off", async () => {
  await using started = await startBroker();
  const { client } = started;
  await makeTopic(client, "t", 3);
  for (let version = 0; version <= 1; version++) {
    const response = await client.call(alterPartitionReassignments, version, {
      timeoutMs: 1000,
      topics: [{
        name: "t",
        partitions: [
          { partitionIndex: 0, replicas: [1] },
          { partitionIndex: 1, replicas: [7] },
          { partitionIndex: 2, replicas: null },
        ],
      }],
    });
    const { errorCode: whole, errorMessage, allowReplicationFactorChange } = response;
    assertEquals([whole, errorMessage, allowReplicationFactorChange], [0, null, true]);
    assertEquals(response.responses[0]!.partitions.map((partition) => partition.errorCode), [
      0,
      errorCode("INVALID_REPLICA_ASSIGNMENT"),
      errorCode("NO_REASSIGNMENT_IN_PROGRESS"),
    ]);
  }
});

Deno.test("an error of the whole request is the error of each partition", () => {
  const handler = alterPartitionReassignmentsHandler({ controller: {} as ControllerDriver });
  const { responses, errorMessage } = responseOf(handler.onError({
    timeoutMs: 0,
    allowReplicationFactorChange: true,
    topics: [{ name: "t", partitions: [{ partitionIndex: 3, replicas: [1] }] }],
  }, "REQUEST_TIMED_OUT"));
  assertEquals(errorMessage, "The request timed out.");
  assertEquals(responses, [{
    name: "t",
    partitions: [{ partitionIndex: 3, errorCode: 7, errorMessage: "The request timed out." }],
  }]);
});
