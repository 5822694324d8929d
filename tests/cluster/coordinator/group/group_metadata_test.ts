import { assertEquals } from "@std/assert";
import {
  groupMetadataRecord,
  groupOfRecord,
  groupTombstone,
  newGroupRecord,
} from "../../../../cluster/coordinator/group/group_metadata.ts";
import { ClassicGroup } from "../../../../cluster/coordinator/group/classic_group.ts";
import type { GroupMetadataValue } from "../../../../cluster/coordinator/group_records.ts";
import { bytes, subscriptionOf } from "../../../support/group_harness.ts";

const VALUE: GroupMetadataValue = {
  protocolType: "consumer",
  generation: 4,
  protocol: "range",
  leader: "b",
  currentStateTimestamp: 99,
  members: ["a", "b"].map((memberId) => ({
    memberId,
    groupInstanceId: memberId === "a" ? "i" : null,
    clientId: "c",
    clientHost: "/h",
    rebalanceTimeout: 60_000,
    sessionTimeout: 10_000,
    subscription: subscriptionOf(memberId),
    assignment: bytes(memberId),
  })),
};

Deno.test("a group that was written down is stable again, as it was", () => {
  const group = groupOfRecord("g", VALUE);
  assertEquals([group.state, group.leaderId, group.generationId], ["Stable", "b", 4]);
  assertEquals(group.staticMemberId("i"), "a");
  assertEquals(group.subscribedTopics, new Set(["a", "b"]));
  assertEquals(groupMetadataRecord(group), { type: "groupMetadata", group: "g", value: VALUE });
});

Deno.test("assignments may be others than those that the members have", () => {
  const { value } = groupMetadataRecord(groupOfRecord("g", VALUE), () => bytes("x"));
  assertEquals(value?.members.map(({ assignment }) => assignment), [bytes("x"), bytes("x")]);
});

Deno.test("a group without members is empty, and one without a type has only offsets", () => {
  const value = { ...VALUE, protocol: null, leader: null, members: [] };
  const empty = groupOfRecord("g", value);
  assertEquals([empty.state, empty.generationId, empty.stateTimestamp], ["Empty", 4, 99]);
  assertEquals(groupMetadataRecord(empty).value, value);
  assertEquals(groupOfRecord("g", { ...value, protocolType: "" }).protocolType, undefined);
});

Deno.test("the oldest records have no rebalance timeout: it is that of the session", () => {
  const members = VALUE.members.map((one) => ({ ...one, rebalanceTimeout: -1 }));
  assertEquals(groupOfRecord("g", { ...VALUE, members }).rebalanceTimeoutMs, 10_000);
});

Deno.test("a record without a leader gives the group its first member", () => {
  assertEquals(groupOfRecord("g", { ...VALUE, leader: null }).leaderId, "a");
});

Deno.test("a new group is written without type and generation, and a tombstone without a value", () => {
  assertEquals(newGroupRecord(new ClassicGroup("g", 5)).value, {
    protocolType: "",
    generation: 0,
    protocol: null,
    leader: null,
    currentStateTimestamp: 5,
    members: [],
  });
  assertEquals(groupTombstone("g"), { type: "groupMetadata", group: "g", value: null });
});
