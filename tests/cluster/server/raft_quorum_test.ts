import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { errorName } from "../../../client/protocol/error_codes.ts";
import { QuorumOverNetwork } from "../../support/quorum_over_network.ts";
import { record } from "../raft/raft_support.ts";

/** Replicas that ask each other with the bytes of the wire, over connections. */

async function quorum(options?: ConstructorParameters<typeof QuorumOverNetwork>[0]) {
  const started = new QuorumOverNetwork(options);
  for (const id of [1, 2, 3]) await started.start(id);
  return started;
}

const textsOf = (lines: readonly string[]) =>
  lines.flatMap((line) => line.startsWith("commit ") ? line.split(" ").slice(2) : []);

Deno.test("three controllers elect one of them, and all have what it commits", async () => {
  await using all = await quorum();
  await all.commit(record("a"), record("b"));
  const leader = await all.leader();
  await all.until(() => [1, 2, 3].every((id) => all.member(id).driver.highWatermark === 3));
  for (const id of [1, 2, 3]) {
    const { listener, driver } = all.member(id);
    assertEquals(textsOf(listener.lines), ["a", "b"]);
    assertEquals(driver.leaderAndEpoch, leader.driver.leaderAndEpoch);
  }
});

Deno.test("the leader alone tells how far voters and observers are", async () => {
  await using all = await quorum();
  await all.commit(record("a"));
  const observer = await all.start(4);
  await all.until(() => observer.driver.highWatermark === 2);
  // Who waits for something new is as far as it was when it asked.
  await all.clock.advance(600);
  const leader = await all.leader();
  assertNotEquals(leader.id, 4);
  const told = await all.describe(leader.id);
  assertEquals([errorName(told.errorCode), told.leaderId], ["NONE", leader.id]);
  assertEquals(told.highWatermark, 2);
  const ends = (replicas: typeof told.observers) =>
    replicas.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset]);
  assertEquals(ends(told.currentVoters), [[1, 2], [2, 2], [3, 2]]);
  assertEquals(ends(told.observers), [[4, 2]]);
  const now = all.clock.now();
  for (
    const { lastFetchTimestamp, lastCaughtUpTimestamp } of [
      ...told.currentVoters,
      ...told.observers,
    ]
  ) {
    assert(now - lastFetchTimestamp <= 600 && lastCaughtUpTimestamp === lastFetchTimestamp);
  }
  for (const id of [1, 2, 3, 4].filter((id) => id !== leader.id)) {
    assertEquals(errorName((await all.describe(id)).errorCode), "NOT_LEADER_OR_FOLLOWER");
  }
});

Deno.test("when the leader stops another one leads, and the old one catches up from the log", async () => {
  await using all = await quorum();
  await all.commit(record("a"));
  const old = await all.leader();
  const { epoch } = old.driver.leaderAndEpoch;
  await all.stop(old.id);
  const next = await all.leader();
  assertNotEquals(next.id, old.id);
  assert(next.driver.leaderAndEpoch.epoch > epoch);
  await all.commit(record("b"));
  const again = await all.start(old.id);
  await all.until(() => again.driver.highWatermark === next.driver.highWatermark);
  assertEquals(textsOf(again.listener.lines), ["a", "b"]);
  assertEquals(again.listener.snapshots, []);
  assertEquals((await all.leader()).id, next.id);
});

Deno.test("a leader that is killed is replaced without waiting for the fetch timeout", async () => {
  await using all = await quorum({ fetchTimeoutMs: 30_000, electionTimeoutMs: 30_000 });
  await all.commit(record("a"));
  const old = await all.leader();
  await all.clock.advance(1000);
  const killedAt = all.clock.now();
  await all.kill(old.id);
  const next = await all.leader();
  assertNotEquals(next.id, old.id);
  assert(all.clock.now() - killedAt <= 300, `${all.clock.now() - killedAt} ms`);
  await all.commit(record("b"));
});

Deno.test("who was away for too long, or has nothing, catches up from a snapshot", async () => {
  await using all = await quorum({
    config: { internalSegmentBytes: 2000, retentionBytes: 3500, deleteDelayMs: 1000 },
    // In several pieces.
    fetchSnapshotMaxBytes: 700,
  });
  const leader = await all.leader();
  const away = [1, 2, 3].find((id) => id !== leader.id)!;
  await all.stop(away);
  const { driver } = leader;
  for (let i = 0; i < 4; i++) {
    await all.commit(new Uint8Array(900), new Uint8Array(900));
    await driver.createSnapshot(driver.highWatermark, [record(`state ${i}`), new Uint8Array(900)]);
  }
  await all.until(() => driver.logStartOffset > 1);
  await all.commit(record("after"));
  for (const id of [away, 4]) {
    const { driver: own, listener } = await all.start(id);
    await all.until(() => own.highWatermark === driver.highWatermark);
    assertEquals(listener.snapshots.at(-1)!.records[0], "state 3");
    assertEquals(textsOf(listener.lines).at(-1), "after");
    assertEquals(own.latestSnapshotId, driver.latestSnapshotId);
  }
});
