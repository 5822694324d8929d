import { assertEquals } from "@std/assert";
import { LeaderReplicas } from "../../../cluster/replication/leader_replicas.ts";
import { ManualClock } from "../../support/manual_env.ts";

function open(replicas: number[], isr = replicas) {
  const clock = new ManualClock(1_000_000);
  const epochs = new Map([[2, 20], [3, 30]]);
  const leader = new LeaderReplicas({
    brokerId: 1,
    clock,
    replicaLagTimeMaxMs: () => 30_000,
    activeBrokerEpoch: (id) => epochs.get(id),
  });
  leader.assign(replicas, isr);
  leader.beginEpoch(5, true);
  const fetch = (brokerId: number, fetchOffset: number, options: Partial<typeof FETCH> = {}) =>
    leader.noteFetch(brokerId, { ...FETCH, fetchOffset, timeMs: clock.now(), ...options });
  return { clock, epochs, leader, fetch };
}

const FETCH = {
  fetchOffset: 0,
  logStartOffset: 0,
  timeMs: 0,
  leaderEndOffset: 10,
  brokerEpoch: -1,
};

Deno.test("a follower comes into the ISR with all that is committed, and all from before the leader's epoch", () => {
  const { leader, fetch } = open([1, 2], [1]);
  fetch(2, 4, { brokerEpoch: 20 });
  assertEquals(leader.expansion(2, 4, 5), undefined, "not up to the beginning of the epoch");
  assertEquals(leader.expansion(2, 5, 0), undefined, "not up to the high watermark");
  fetch(2, 5, { brokerEpoch: 20 });
  const proposal = leader.expansion(2, 5, 5)!;
  assertEquals([...proposal.isr], [[1, -1], [2, 20]]);
  assertEquals(leader.expansion(2, 5, 5), undefined, "that is under way");
});

Deno.test("a follower that is fenced, or fetched before its restart, does not come into the ISR", () => {
  const { leader, epochs, fetch } = open([1, 2], [1]);
  fetch(2, 10, { brokerEpoch: 20 });
  epochs.set(2, 21);
  assertEquals(leader.expansion(2, 5, 5), undefined);
  epochs.delete(2);
  assertEquals(leader.expansion(2, 5, 5), undefined);
  fetch(2, 10, { brokerEpoch: -1 });
  epochs.set(2, 21);
  assertEquals(leader.expansion(2, 5, 5)?.added, 2, "who does not tell an epoch is not checked");
});

Deno.test("a proposal has the epochs of its time, whoever fetches with a later one meanwhile", () => {
  const { leader, fetch } = open([1, 2], [1]);
  fetch(2, 10, { brokerEpoch: 20 });
  const proposal = leader.expansion(2, 5, 5)!;
  fetch(2, 3, { brokerEpoch: 21 });
  assertEquals(proposal.isr.get(2), 20);
});

Deno.test("a late fetch from before a restart is known", () => {
  const { leader } = open([1, 2]);
  const isStale = (brokerEpoch: number) => leader.isStale(2, { ...FETCH, brokerEpoch });
  assertEquals([19, 20, 21, -1].map(isStale), [true, false, false, false]);
});

Deno.test("who has not caught up for too long is out, and who has the leader's end is not, however long ago", async () => {
  const { leader, clock, fetch } = open([1, 2, 3]);
  fetch(2, 10);
  fetch(3, 9);
  await clock.advance(30_000);
  assertEquals(leader.shrinkage(10), undefined);
  await clock.advance(1);
  assertEquals([...leader.shrinkage(10)!.isr.keys()], [1, 2]);
  assertEquals(leader.shrinkage(11), undefined, "a proposal is under way");
});

Deno.test("the high watermark waits for those in sync, and for one that is about to be", () => {
  const { leader, fetch } = open([1, 2, 3], [1, 2]);
  fetch(2, 8, { brokerEpoch: 20 });
  assertEquals(leader.highWatermark(10, 1), 8);
  fetch(3, 6, { brokerEpoch: 30, leaderEndOffset: 6 });
  assertEquals(leader.highWatermark(10, 1), 6, "caught up, and may come in");
  assertEquals(leader.highWatermark(10, 3), undefined, "too few are in sync");
  assertEquals([leader.isUnderMinIsr(2), leader.isUnderMinIsr(3), leader.isUnderMinIsr(9)], [
    false,
    true,
    true,
  ]);
});

Deno.test("without followers the leader's end is the high watermark, if the leader is in sync", () => {
  assertEquals(open([1]).leader.highWatermark(10, 1), 10);
  assertEquals(open([1], []).leader.highWatermark(10, 1), undefined);
});

Deno.test("the low watermark does not wait for who is not there", () => {
  const { leader, epochs, fetch } = open([1, 2, 3]);
  fetch(2, 10, { logStartOffset: 3 });
  fetch(3, 10, { logStartOffset: 1 });
  assertEquals(leader.lowWatermark(5), 1);
  epochs.delete(3);
  assertEquals(leader.lowWatermark(5), 3);
});

Deno.test("followers come and go with the assignment; who is in sync stays when that is known", () => {
  const { leader } = open([1, 2]);
  leader.inSync.shrink([2], () => -1);
  leader.assign([1, 2, 3], undefined);
  assertEquals([...leader.followers.keys()], [2, 3]);
  assertEquals(leader.inSync.proposal?.added, undefined);
  assertEquals(leader.inSync.proposal !== undefined, true);
  leader.assign([1, 3], [1, 3]);
  assertEquals([[...leader.followers.keys()], [...leader.inSync.committed]], [[3], [1, 3]]);
  assertEquals(leader.noteFetch(2, FETCH), undefined);
  leader.clear();
  assertEquals([leader.followers.size, leader.inSync.committed.size], [0, 0]);
});
