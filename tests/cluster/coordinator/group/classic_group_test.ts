import { assertEquals, assertThrows } from "@std/assert";
import { Reply } from "../../../../cluster/coordinator/coordinator_shard.ts";
import { ClassicGroup } from "../../../../cluster/coordinator/group/classic_group.ts";
import { ClassicGroupMember } from "../../../../cluster/coordinator/group/classic_group_member.ts";
import { bytes, subscriptionOf } from "../../../support/group_harness.ts";

interface Options {
  readonly instance?: string;
  readonly protocols?: readonly string[];
  readonly metadata?: Uint8Array;
  readonly rebalanceMs?: number;
}

function member(memberId: string, options: Options = {}): ClassicGroupMember {
  const { instance = null, protocols = ["range"], metadata = subscriptionOf("t") } = options;
  return new ClassicGroupMember({
    memberId,
    groupInstanceId: instance,
    clientId: "c",
    clientHost: "/h",
    rebalanceTimeoutMs: options.rebalanceMs ?? 1000,
    sessionTimeoutMs: 1000,
    protocolType: "consumer",
    protocols: protocols.map((name) => ({ name, metadata })),
  });
}

function group(...members: readonly ClassicGroupMember[]): ClassicGroup {
  const created = new ClassicGroup("g", 5);
  for (const one of members) created.add(one);
  return created;
}

Deno.test("a new group is empty, without generation, protocol and leader", () => {
  const { state, generationId, protocolType, leaderId, stateTimestamp } = group();
  assertEquals([state, generationId, protocolType, leaderId, stateTimestamp], [
    "Empty",
    0,
    undefined,
    undefined,
    5,
  ]);
});

Deno.test("the first member leads, and gives the group its protocol type", () => {
  const one = group(member("a"), member("b"));
  assertEquals([one.leaderId, one.protocolType], ["a", "consumer"]);
  one.remove("a");
  assertEquals(one.leaderId, "b");
  one.remove("b");
  assertEquals(one.leaderId, undefined);
});

Deno.test("everybody has joined when all members wait, and nobody has an id only", () => {
  const [a, b] = [member("a"), member("b")];
  const one = group(a);
  assertEquals(one.hasAllMembersJoined, false);
  one.setJoinReply(a, new Reply());
  assertEquals(one.hasAllMembersJoined, true);
  one.pendingJoinMembers.add("b");
  assertEquals(one.hasAllMembersJoined, false);
  one.add(b, new Reply());
  assertEquals([one.hasAllMembersJoined, one.awaitingJoin], [true, 2]);
  one.remove("a");
  assertEquals([one.hasAllMembersJoined, one.awaitingJoin], [true, 1]);
  one.setJoinReply(b, new Reply());
  one.setJoinReply(b, undefined);
  one.setJoinReply(b, undefined);
  assertEquals(one.awaitingJoin, 0);
});

Deno.test("an id that is taken out is pending in nothing", () => {
  const one = group(member("a"));
  one.pendingJoinMembers.add("p");
  one.pendingSyncMembers.add("a");
  one.remove("p");
  one.remove("a");
  assertEquals([one.pendingJoinMembers.size, one.pendingSyncMembers.size], [0, 0]);
});

Deno.test("the rebalance timeout is the longest of the members", () => {
  const one = group(member("a", { rebalanceMs: 5 }), member("b", { rebalanceMs: 7 }));
  assertEquals(one.rebalanceTimeoutMs, 7);
  assertEquals(group().rebalanceTimeoutMs, 0);
});

Deno.test("members are known by id, and static ones by both ids", () => {
  const one = group(member("a", { instance: "i" }), member("b"));
  assertEquals(one.staticMemberId("i"), "a");
  assertEquals(one.memberError("a", "i"), undefined);
  assertEquals(one.memberError("a", null), undefined);
  assertEquals(one.memberError("b", "i"), "FENCED_INSTANCE_ID");
  assertEquals(one.memberError("b", "j"), "UNKNOWN_MEMBER_ID");
  assertEquals(one.memberError("x", null), "UNKNOWN_MEMBER_ID");
  one.remove("a");
  assertEquals(one.memberError("a", "i"), "UNKNOWN_MEMBER_ID");
});

Deno.test("a static member that takes the place of another has what it had", () => {
  const old = member("a", { instance: "i" });
  const one = group(old, member("b"));
  one.setJoinReply(old, new Reply());
  one.pendingSyncMembers.add("a");
  one.replaceStatic(old, member("a2", { instance: "i", protocols: ["range", "sticky"] }));
  assertEquals([one.leaderId, one.staticMemberId("i"), one.awaitingJoin], ["a2", "a2", 0]);
  assertEquals([...one.members.keys()].sort(), ["a2", "b"]);
  assertEquals([...one.pendingSyncMembers], ["a2"]);
  assertEquals(one.selectProtocol(), "range");
});

Deno.test("only what all members support is supported", () => {
  const one = group();
  const [range, sticky] = ["range", "sticky"].map((name) => ({ name, metadata: bytes("") }));
  assertEquals(one.supportsProtocols("consumer", [range!]), true);
  assertEquals(one.supportsProtocols("", [range!]), false);
  assertEquals(one.supportsProtocols("consumer", []), false);
  const a = member("a", { protocols: ["range", "sticky"] });
  one.add(a);
  one.transitionTo("PreparingRebalance", 1);
  assertEquals(one.supportsProtocols("consumer", [sticky!]), true);
  assertEquals(one.supportsProtocols("connect", [sticky!]), false);
  one.add(member("b"));
  assertEquals(one.supportsProtocols("consumer", [sticky!]), false);
  assertEquals(one.supportsProtocols("consumer", [sticky!, range!]), true);
  one.update(a, [sticky!], 1, 1);
  assertEquals(one.supportsProtocols("consumer", [range!]), false);
});

Deno.test("a leader that has joined again keeps leading, and else who has joined first does", () => {
  const [a, b, c] = [member("a"), member("b"), member("c")];
  const one = group(a, b, c);
  assertEquals([one.electJoinedLeader(), one.leaderId], [false, "a"]);
  one.setJoinReply(c, new Reply());
  assertEquals([one.electJoinedLeader(), one.leaderId], [true, "c"]);
  one.setJoinReply(a, new Reply());
  assertEquals([one.electJoinedLeader(), one.leaderId], [true, "c"]);
  assertEquals(group().electJoinedLeader(), false);
});

Deno.test("the next generation has a protocol, topics, and nobody who has asked for an assignment", () => {
  const one = group(member("a", { metadata: subscriptionOf("t", "u") }));
  one.pendingSyncMembers.add("a");
  one.transitionTo("PreparingRebalance", 6);
  one.initNextGeneration(7);
  assertEquals([one.generationId, one.protocolName, one.state, one.stateTimestamp], [
    1,
    "range",
    "CompletingRebalance",
    7,
  ]);
  assertEquals(one.subscribedTopics, new Set(["t", "u"]));
  assertEquals(one.pendingSyncMembers.size, 0);
});

Deno.test("the next generation of nobody is empty", () => {
  const one = group(member("a"));
  one.transitionTo("PreparingRebalance", 6);
  one.remove("a");
  one.initNextGeneration(7);
  assertEquals([one.generationId, one.protocolName, one.state, one.protocolType], [
    1,
    undefined,
    "Empty",
    "consumer",
  ]);
  assertEquals(one.subscribedTopics, new Set());
});

Deno.test("topics are known of consumers only, and when all they tell can be read", () => {
  const one = group(member("a", { metadata: bytes("?") }));
  one.protocolName = "range";
  one.findSubscribedTopics();
  assertEquals(one.subscribedTopics, undefined);
  const other = group(member("a"));
  other.protocolName = "range";
  other.findSubscribedTopics();
  assertEquals(other.subscribedTopics, new Set(["t"]));
  other.protocolType = "connect";
  other.findSubscribedTopics();
  assertEquals(other.subscribedTopics, undefined);
});

Deno.test("a group does not skip a state", () => {
  assertThrows(() => group().transitionTo("Stable", 1), Error, "cannot go from Empty to: Stable");
});
