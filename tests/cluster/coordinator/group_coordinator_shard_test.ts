import { assertEquals } from "@std/assert";
import { errorOf, GroupHarness, text } from "../../support/group_harness.ts";

Deno.test("after a load a group is as it was when its leader last assigned", () => {
  const groups = new GroupHarness();
  const ids = groups.stable(2);
  groups.harness.reload();
  assertEquals(groups.state(), "Stable");
  for (const [i, id] of ids.entries()) {
    assertEquals(groups.heartbeat(id, 1), "NONE");
    assertEquals(text(groups.sync(id, 1).response.assignment), `a${i}`);
  }
});

Deno.test("members that were loaded have the time of their sessions to tell that they are there", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  groups.advance(9000);
  for (const id of [a, b]) groups.heartbeat(id, 1);
  groups.advance(5000);
  groups.harness.crash();
  groups.advance(9999);
  assertEquals(groups.heartbeat(a, 1), "NONE");
  groups.advance(1);
  assertEquals(groups.state(), "PreparingRebalance");
  assertEquals(groups.heartbeat(b, 1), "UNKNOWN_MEMBER_ID");
});

Deno.test("a rebalance that a load has cut off is begun anew by its members", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  const waiting = groups.join({ memberId: a });
  groups.harness.reload();
  assertEquals(errorOf(waiting), "NOT_COORDINATOR");
  assertEquals([waiting.response.memberId, groups.state()], [a, "Stable"]);
  groups.join({ memberId: a });
  assertEquals(groups.join({ memberId: b }).response.generationId, 2);
});

Deno.test("who waits when the coordinator goes is told to look for another", () => {
  const groups = new GroupHarness();
  const [a, b] = [groups.enter(), groups.enter()];
  groups.advance(6000);
  const syncing = groups.sync(b.memberId, 1);
  const other = groups.enter({ group: "other" });
  groups.harness.reload();
  assertEquals([syncing, other.joined].map(errorOf), ["NOT_COORDINATOR", "NOT_COORDINATOR"]);
  assertEquals(a.joined.response.generationId, 1);
});

Deno.test("a group that is larger than it may be when it is loaded rebalances", () => {
  const groups = new GroupHarness();
  const ids = groups.stable(3);
  groups.set("group.max.size", 2);
  groups.harness.reload();
  assertEquals(groups.state(), "PreparingRebalance");
  const joined = ids.map((memberId) => groups.join({ memberId }));
  assertEquals(errorOf(joined[2]!), "GROUP_MAX_SIZE_REACHED");
  assertEquals(joined[0]!.response.members?.length, 2);
});

Deno.test("groups do not disturb each other", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1, { group: "a" }) as [string];
  const [b] = groups.stable(1, { group: "b" }) as [string];
  for (let i = 0; i < 2; i++) {
    groups.advance(9000);
    groups.heartbeat(b, 1, { group: "b" });
  }
  assertEquals([groups.state("a"), groups.state("b")], ["Empty", "Stable"]);
  assertEquals(groups.heartbeat(a, 1, { group: "b" }), "UNKNOWN_MEMBER_ID");
});

Deno.test("a transaction's offsets count when it has ended", () => {
  const groups = new GroupHarness();
  const producer = { producerId: 5, producerEpoch: 0 };
  const write = () =>
    groups.harness.run<void>((_shard, reply, out) => {
      out.producer = producer;
      out.append({
        type: "offsetCommit",
        group: "g",
        topic: "t",
        partition: 0,
        value: {
          offset: 7,
          leaderEpoch: -1,
          metadata: "",
          commitTimestamp: 0,
          expireTimestamp: -1,
          topicId: "AAAAAAAAAAAAAAAAAAAAAA",
        },
      });
      out.answer(reply, undefined);
    });
  write();
  groups.harness.endTransaction(producer, false);
  assertEquals(groups.shard.offsets.offset("g", "t", 0), undefined);
  write();
  groups.harness.endTransaction(producer, true);
  assertEquals(groups.shard.offsets.offset("g", "t", 0)?.offset, 7);
  groups.harness.reload();
  assertEquals(groups.shard.offsets.offset("g", "t", 0)?.offset, 7);
  groups.harness.run<void>((shard, reply, out) =>
    shard.topicsDeleted([{ name: "t", id: "AAAAAAAAAAAAAAAAAAAAAA" }], reply, out)
  );
  assertEquals(groups.shard.offsets.size, 0);
});

Deno.test("a timer that is of nothing any more does nothing", () => {
  const groups = new GroupHarness();
  groups.stable(1);
  groups.harness.run<void>((shard, reply, out, now) => {
    for (
      const key of ["nonsense", "heartbeat:1:gx", "join:1:g", "sync:1:g", "dead:1:g", "join:1:x"]
    ) {
      shard.timerExpired(key, out, now);
    }
    out.answer(reply, undefined);
  });
  assertEquals(groups.state(), "Stable");
});
