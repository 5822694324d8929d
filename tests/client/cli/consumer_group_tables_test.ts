import { assertEquals } from "@std/assert";
import {
  assignmentText,
  groupListLines,
  lagOf,
  memberLines,
  offsetLines,
  stateLines,
} from "../../../client/cli/consumer_group_tables.ts";

const MEMBER = {
  consumerId: "member-1",
  clientId: "client",
  host: "/127.0.0.1",
  assignment: [{ topic: "b", partition: 0 }, { topic: "a", partition: 1 }, {
    topic: "a",
    partition: 0,
  }],
};

Deno.test("an assignment is told topic by topic", () => {
  assertEquals(assignmentText(MEMBER.assignment), "a:0,1;b:0");
  assertEquals(assignmentText([]), "-");
});

Deno.test("what is left to read is known when both ends are", () => {
  const row = { group: "g", logEndOffset: 5 };
  assertEquals([{ ...row, offset: 3 }, { ...row, offset: -1 }, row].map(lagOf), [
    2,
    undefined,
    undefined,
  ]);
});

Deno.test("names of instances, epochs and the protocol have columns when there are any", () => {
  const upgraded = { ...MEMBER, groupInstanceId: "i", memberEpoch: 4, upgraded: true };
  const lines = memberLines("g", [upgraded, { ...MEMBER, upgraded: false }], 5, true);
  assertEquals(lines[1]!.split(/\s+/), [
    ...["GROUP", "CONSUMER-ID", "GROUP-INSTANCE-ID", "HOST", "CLIENT-ID", "#PARTITIONS"],
    ...["CURRENT-EPOCH", "CURRENT-ASSIGNMENT", "TARGET-EPOCH", "TARGET-ASSIGNMENT", "UPGRADED"],
  ]);
  assertEquals(lines[2]!.split(/\s+/), [
    ...["g", "member-1", "i", "/127.0.0.1", "client", "3", "4", "a:0,1;b:0", "5", "-", "true"],
  ]);
  assertEquals(memberLines("g", [], undefined, false).length, 2);
});

Deno.test("columns grow with what is in them", () => {
  const group = "a-group-with-a-long-name";
  const topicPartition = { topic: "t", partition: 3 };
  const lines = offsetLines([{ group, topicPartition, offset: 1, logEndOffset: 4 }], true);
  assertEquals(lines[2]!.split(/\s+/), [group, "t", "3", "-", "1", "4", "3", "-", "-", "-"]);
  assertEquals(lines[1]!.indexOf("TOPIC"), group.length + 1);
  const state = stateLines({
    group: "g",
    coordinator: { host: "h", port: 1, id: 2 },
    assignmentStrategy: "",
    state: "Stable",
    groupEpoch: 7,
    members: 1,
  }, true);
  assertEquals(state[2]!.split(/\s+/), ["g", "h:1", "(2)", "-", "Stable", "7", "-", "1"]);
  const listing = { groupId: "g", protocol: "", isSimpleConsumerGroup: true };
  assertEquals(groupListLines([listing], true, false).map((line) => line.trimEnd()), [
    `${"GROUP".padEnd(25)} TYPE`,
    `${"g".padEnd(25)} Unknown`,
  ]);
});
