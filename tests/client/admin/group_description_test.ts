import { assertEquals, assertThrows } from "@std/assert";
import {
  classicGroup,
  consumerGroup,
  type DescribedGroup,
  newerGroup,
} from "../../../client/admin/group_description.ts";

const coordinator = { id: 1, host: "h", port: 9, rack: null };
const assignment = new Uint8Array([
  0,
  0,
  0,
  0,
  0,
  1,
  0,
  1,
  0x61,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  4,
  255,
  255,
  255,
  255,
]);

function described(protocolType: string): DescribedGroup {
  return {
    errorCode: 0,
    errorMessage: null,
    groupId: "g",
    groupState: "Stable",
    protocolType,
    protocolData: "range",
    members: [{
      memberId: "m",
      groupInstanceId: "i",
      clientId: "c",
      clientHost: "/127.0.0.1",
      memberMetadata: new Uint8Array(0),
      memberAssignment: assignment,
    }],
    authorizedOperations: 1 << 3,
  };
}

Deno.test("a group of consumers tells its members with their partitions", () => {
  assertEquals(consumerGroup(described("consumer"), coordinator), {
    groupId: "g",
    members: [{
      consumerId: "m",
      groupInstanceId: "i",
      clientId: "c",
      host: "/127.0.0.1",
      assignment: [{ topic: "a", partition: 4 }],
    }],
    groupState: "Stable",
    coordinator,
    authorizedOperations: new Set(["READ"] as const),
    isSimpleConsumerGroup: false,
    partitionAssignor: "range",
    type: "Classic",
  });
});

Deno.test("a group of others is no group of consumers, and its assignments are not read", () => {
  assertThrows(
    () => consumerGroup(described("connect"), coordinator),
    TypeError,
    "GroupId g is not a consumer group (connect).",
  );
  const group = classicGroup(described("connect"), coordinator);
  assertEquals([group.protocol, group.protocolData, group.members[0]!.assignment], [
    "connect",
    "range",
    [],
  ]);
});

Deno.test("a group of the newer protocol tells its epochs and targets", () => {
  const topics = (...partitions: number[]) => ({
    topicPartitions: [{ topicId: "", topicName: "a", partitions }],
  });
  const group = newerGroup({
    errorCode: 0,
    errorMessage: null,
    groupId: "g",
    groupState: "Reconciling",
    groupEpoch: 5,
    assignmentEpoch: 4,
    assignorName: "uniform",
    members: [{
      memberId: "m",
      instanceId: null,
      rackId: "r",
      memberEpoch: 3,
      clientId: "c",
      clientHost: "h",
      subscribedTopicNames: [],
      subscribedTopicRegex: null,
      assignment: topics(0),
      targetAssignment: topics(0, 1),
      memberType: 1,
    }],
    authorizedOperations: -0x8000_0000,
  }, coordinator);
  assertEquals([group.groupEpoch, group.targetAssignmentEpoch, group.type], [5, 4, "Consumer"]);
  assertEquals(group.members, [{
    consumerId: "m",
    rackId: "r",
    clientId: "c",
    host: "h",
    assignment: [{ topic: "a", partition: 0 }],
    targetAssignment: [{ topic: "a", partition: 0 }, { topic: "a", partition: 1 }],
    memberEpoch: 3,
    upgraded: true,
  }]);
  assertEquals(group.authorizedOperations, undefined);
});
