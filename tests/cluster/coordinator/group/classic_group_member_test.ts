import { assertEquals, assertThrows } from "@std/assert";
import { ClassicGroupMember } from "../../../../cluster/coordinator/group/classic_group_member.ts";
import { Reply } from "../../../../cluster/coordinator/coordinator_shard.ts";
import { bytes } from "../../../support/group_harness.ts";

function member(groupInstanceId: string | null = null): ClassicGroupMember {
  return new ClassicGroupMember({
    memberId: "m",
    groupInstanceId,
    clientId: "c",
    clientHost: "/h",
    rebalanceTimeoutMs: 1,
    sessionTimeoutMs: 2,
    protocolType: "consumer",
    protocols: [
      { name: "range", metadata: bytes("a") },
      { name: "roundrobin", metadata: bytes("b") },
    ],
  });
}

Deno.test("a member matches the same protocols in the same order with the same metadata", () => {
  const range = { name: "range", metadata: bytes("a") };
  const roundRobin = { name: "roundrobin", metadata: bytes("b") };
  const one = member();
  assertEquals(one.matches([range, roundRobin]), true);
  assertEquals(one.matches([roundRobin, range]), false);
  assertEquals(one.matches([range]), false);
  assertEquals(one.matches([range, roundRobin, range]), false);
  assertEquals(one.matches([{ ...range, metadata: bytes("x") }, roundRobin]), false);
  assertEquals(one.matches([{ ...range, metadata: bytes("aa") }, roundRobin]), false);
  assertEquals(one.matches([{ ...range, name: "sticky" }, roundRobin]), false);
});

Deno.test("a member has metadata for the protocols that it supports", () => {
  assertEquals(member().metadata("roundrobin"), bytes("b"));
  assertThrows(() => member().metadata("sticky"), RangeError, "does not support protocol: sticky");
});

Deno.test("a member is static when it has a static id", () => {
  assertEquals([member().isStatic, member("i").isStatic], [false, true]);
});

Deno.test("a request that waits is a sign of life, but for a new member's", () => {
  const one = member();
  assertEquals(one.hasSatisfiedHeartbeat, false);
  one.joinReply = new Reply();
  assertEquals(one.hasSatisfiedHeartbeat, true);
  one.isNew = true;
  assertEquals(one.hasSatisfiedHeartbeat, false);
  one.isNew = false;
  one.joinReply = undefined;
  one.syncReply = new Reply();
  assertEquals(one.hasSatisfiedHeartbeat, true);
});
