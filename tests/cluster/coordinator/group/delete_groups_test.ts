import { assertEquals } from "@std/assert";
import type { GroupRecord } from "../../../../cluster/coordinator/group_records.ts";
import { commitOffsets } from "../../../../cluster/coordinator/offsets/offset_commit.ts";
import { expireGroups } from "../../../../cluster/coordinator/group/delete_groups.ts";
import { errorOf, GroupHarness } from "../../../support/group_harness.ts";

const DAY = 86_400_000;

function commit(groups: GroupHarness, groupId: string, topic = "t"): void {
  const topicId = "AAAAAAAAAAAAAAAAAAAAAA";
  const partition = {
    partitionIndex: 0,
    committedOffset: 5,
    committedLeaderEpoch: -1,
    committedMetadata: "",
  };
  const request = {
    groupId,
    memberId: "",
    groupInstanceId: null,
    generationId: -1,
    topics: [{ name: topic, topicId, partitions: [partition] }],
  };
  groups.harness.call<unknown>((shard, reply, out, now) =>
    commitOffsets(
      shard.offsets,
      request,
      { apiVersion: 8, retentionTimeMs: -1 },
      reply as never,
      out,
      now,
    )
  );
}

function tombstones(groups: GroupHarness): string[] {
  const describe = (record: GroupRecord) =>
    record.type === "offsetCommit" ? `${record.group} ${record.topic}` : record.group;
  return groups.harness.records.filter(({ value }) => value === null).map(describe);
}

Deno.test("an empty group is deleted with its offsets, and stays away after a load", () => {
  const groups = new GroupHarness();
  commit(groups, "g");
  assertEquals(groups.delete("g", "h"), ["NONE", "GROUP_ID_NOT_FOUND"]);
  assertEquals(tombstones(groups), ["g t", "g"]);
  groups.harness.reload();
  assertEquals(groups.state(), "Dead");
  assertEquals(groups.shard.offsets.size, 0);
});

Deno.test("a group with members is not deleted", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  assertEquals(groups.delete("g"), ["NON_EMPTY_GROUP"]);
  groups.join({ memberId: a, protocols: [["range", new Uint8Array(9)]] });
  assertEquals(groups.delete("g"), ["NON_EMPTY_GROUP"]);
  groups.leave(a);
  assertEquals(groups.delete("g"), ["NONE"]);
});

Deno.test("an id that was given before the group was deleted is unknown", () => {
  const groups = new GroupHarness();
  const memberId = groups.join().response.memberId!;
  assertEquals(groups.delete("g"), ["NONE"]);
  assertEquals(errorOf(groups.join({ memberId })), "UNKNOWN_MEMBER_ID");
  assertEquals([...groups.harness.timers.keys()], ["expire-offsets"]);
});

Deno.test("when the deletion cannot be written down, the group is there as before", () => {
  const groups = new GroupHarness();
  commit(groups, "g");
  groups.harness.failAppend("COORDINATOR_NOT_AVAILABLE");
  const pending = groups.harness.run<string[]>((shard, reply, out, now) =>
    shard.deleteGroups(["g"], reply as never, out, now)
  );
  assertEquals(pending.error, "COORDINATOR_NOT_AVAILABLE");
  assertEquals([groups.state(), groups.shard.offsets.size], ["Empty", 1]);
});

Deno.test("offsets and groups go when their time is over, and those in use stay", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1, { group: "used", sessionMs: 30 * DAY }) as [string];
  commit(groups, "old");
  groups.join({ group: "bare" });
  groups.advance(600_000);
  // A group that has nothing and nobody goes at once.
  assertEquals(tombstones(groups), ["bare"]);
  groups.advance(6 * DAY);
  commit(groups, "young");
  groups.advance(DAY + 1);
  assertEquals(tombstones(groups), ["bare", "old t", "old"]);
  assertEquals(groups.state("young"), "Empty");
  assertEquals(groups.heartbeat(a, 1, { group: "used" }), "NONE");
});

Deno.test("when what is over cannot be written down, it is tried again", () => {
  const groups = new GroupHarness();
  groups.join({ group: "bare" });
  groups.harness.failAppend();
  groups.advance(600_000);
  assertEquals([groups.state("bare"), tombstones(groups)], ["Empty", []]);
  groups.advance(600_000);
  assertEquals(groups.state("bare"), "Dead");
});

Deno.test("nothing is written when nothing is over", () => {
  const groups = new GroupHarness();
  groups.stable(1);
  const before = groups.harness.records.length;
  groups.harness.run<void>((shard, reply, out, now) => {
    const { logger } = groups;
    const config = { int: () => 1, long: () => 1 };
    const random = { next: () => 0, bytes: (n: number) => new Uint8Array(n) };
    expireGroups({ groups: shard.groups, config, random, logger, out, now }, shard.offsets);
    out.answer(reply, undefined);
  });
  assertEquals(groups.harness.records.length, before);
});
