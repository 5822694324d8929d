import { assertEquals, assertThrows } from "@std/assert";
import { IllegalConsumerStateError } from "../../../client/consumer/consumer_errors.ts";
import { positionAt } from "../../../client/consumer/fetch_position.ts";
import { PartitionState } from "../../../client/consumer/partition_state.ts";

const leader = { leader: 1, leaderEpoch: 5 };
const position = { offset: 10, offsetEpoch: 4, currentLeader: leader };

Deno.test("a partition begins without a position", () => {
  const state = new PartitionState();
  assertEquals([state.fetchState, state.position, state.isFetchable], [
    "initializing",
    undefined,
    false,
  ]);
  assertEquals([state.needsPosition, state.lag("read_committed"), state.lead], [
    true,
    undefined,
    undefined,
  ]);
  assertThrows(
    () => state.advance(position),
    IllegalConsumerStateError,
    "Cannot set a new position without a valid current position",
  );
});

Deno.test("a position is checked when it and the leader have epochs, and only then", () => {
  const state = new PartitionState();
  state.seekUnvalidated(position);
  assertEquals([state.fetchState, state.position, state.validPosition], [
    "awaiting-validation",
    position,
    undefined,
  ]);
  state.completeValidation();
  assertEquals([state.fetchState, state.validPosition], ["fetching", position]);
  state.seekUnvalidated({ ...position, offsetEpoch: -1 });
  assertEquals(state.fetchState, "fetching");
  state.seekUnvalidated({ ...position, currentLeader: { leader: 1, leaderEpoch: -1 } });
  assertEquals(state.fetchState, "fetching");
});

Deno.test("another leader makes the position wait for a check; the same does not", () => {
  const state = new PartitionState();
  state.seekValidated(position);
  assertEquals(state.followLeader(leader), false);
  assertEquals(state.followLeader({ leader: -1, leaderEpoch: 9 }), false);
  assertEquals(state.position, position);
  state.preferReplica(7, 100);
  assertEquals(state.followLeader({ leader: 2, leaderEpoch: 6 }), true);
  assertEquals(state.position!.currentLeader, { leader: 2, leaderEpoch: 6 });
  assertEquals(state.preferredReplica(0), undefined);
});

Deno.test("a reset drops the position, and no leader brings it back", () => {
  const state = new PartitionState();
  state.seekValidated(position);
  state.retryAt(50);
  state.requestReset({ type: "latest" });
  assertEquals([state.fetchState, state.position, state.reset?.type], [
    "awaiting-reset",
    undefined,
    "latest",
  ]);
  assertEquals(state.isBackingOff(10), false);
  assertEquals(state.followLeader({ leader: 2, leaderEpoch: 6 }), false);
  state.completeValidation();
  assertEquals(state.fetchState, "awaiting-reset");
  state.seekUnvalidated(position);
  assertEquals([state.fetchState, state.reset], ["awaiting-validation", undefined]);
});

Deno.test("what is paused, or about to be given back, is not fetched", () => {
  const state = new PartitionState();
  state.seekValidated(positionAt(0));
  assertEquals([state.isFetchable, state.needsPosition, state.lead], [true, false, undefined]);
  state.isPaused = true;
  assertEquals(state.isFetchable, false);
  state.isPaused = false;
  state.isPendingRevocation = true;
  assertEquals(state.isFetchable, false);
});

Deno.test("lag is counted to the high watermark, or to the last stable offset", () => {
  const state = new PartitionState();
  state.seekValidated(position);
  state.isEndOffsetRequested = true;
  state.updateHighWatermark(15);
  assertEquals(state.isEndOffsetRequested, false);
  assertEquals([state.lag("read_uncommitted"), state.lag("read_committed")], [5, undefined]);
  state.isEndOffsetRequested = true;
  state.updateLastStableOffset(12);
  assertEquals(state.isEndOffsetRequested, false);
  assertEquals([state.lag("read_committed"), state.endOffset("read_committed")], [2, 12]);
  state.logStartOffset = 3;
  assertEquals(state.lead, 7);
});

Deno.test("a replica is preferred for its time; naming it again does not make that longer", () => {
  const state = new PartitionState();
  state.preferReplica(7, 100);
  state.preferReplica(7, 500);
  assertEquals([state.preferredReplica(100), state.preferredReplica(101)], [7, undefined]);
  state.preferReplica(7, 500);
  assertEquals(state.preferredReplica(200), 7);
  assertEquals([state.clearPreferredReplica(), state.clearPreferredReplica()], [7, undefined]);
});
