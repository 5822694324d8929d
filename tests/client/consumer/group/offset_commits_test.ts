import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ExponentialBackoff } from "../../../../client/network/exponential_backoff.ts";
import {
  CommitFailedError,
  RetriableCommitFailedError,
} from "../../../../client/consumer/consumer_errors.ts";
import type { Offsets } from "../../../../client/consumer/group/offset_commit_call.ts";
import { OffsetCommits } from "../../../../client/consumer/group/offset_commits.ts";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { TopicPartitionMap } from "../../../../storage/file/topic_partition_map.ts";
import { tp } from "../../../support/consumer_world.ts";
import { MemberWorld } from "../../../support/member_world.ts";

const at = (offset: number): Offsets => new TopicPartitionMap([[tp("t"), { offset }]]);
const offsetIn = (offsets: Offsets) => offsets.get(tp("t"))?.offset;
const NEVER = new AbortController().signal;

/** Commits that go well, or fail as a test says, in turn. */
async function setUp(...failures: readonly unknown[]) {
  const world = await MemberWorld.start();
  const turns = [...failures];
  const committed: (number | undefined)[] = [];
  let gate: Promise<void> = Promise.resolve();
  const { env, coordinator, parts } = world;
  const commits = new OffsetCommits({
    clock: env.clock,
    backoff: new ExponentialBackoff(10, 10, env.random),
    logger: env.logger,
    coordinator,
    commitOnce: async (offsets) => {
      await gate;
      const failure = turns.shift();
      if (failure !== undefined) throw failure;
      committed.push(offsetIn(offsets));
    },
    onCommit: parts.onCommit,
    onChange: parts.onChange,
    closing: world.client.closing,
  });
  await world.findCoordinator();
  return {
    world,
    commits,
    committed,
    hold() {
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      return held.resolve;
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

Deno.test("a commit tries again what may pass, and tells interceptors once", async () => {
  const loading = new KafkaError("COORDINATOR_LOAD_IN_PROGRESS");
  await using set = await setUp(loading, loading);
  await set.world.outcomeOf(set.commits.commit(at(5), NEVER));
  assertEquals([set.committed, set.world.committed.map(offsetIn)], [[5], [5]]);
});

Deno.test("a commit gives up what does not pass, and when it is told to", async () => {
  await using set = await setUp(
    new CommitFailedError(),
    ...Array(99).fill(new KafkaError("NOT_COORDINATOR")),
  );
  await assertRejects(() => set.commits.commit(at(5), NEVER), CommitFailedError);
  const aborting = new AbortController();
  const committing = assertRejects(() => set.commits.commit(at(5), aborting.signal), Error, "over");
  await set.world.pass(50);
  aborting.abort(new Error("over"));
  await committing;
  assertEquals([set.committed, set.world.committed], [[], []]);
});

Deno.test("a commit in the background calls back later, when it is asked to", async () => {
  await using set = await setUp();
  const told: unknown[] = [];
  const { commits, world } = set;
  world.rings = 0;
  const offsets = at(5);
  const done = commits.commitAsync(
    offsets,
    (error, offsets) => told.push(error, offsetIn(offsets)),
  );
  offsets.set(tp("t"), { offset: 99 });
  await world.outcomeOf(done);
  assertEquals([told, commits.hasCompleted, world.rings], [[], true, 1]);
  commits.deliver();
  assertEquals([told, commits.hasCompleted], [[null, 5], false]);
  assertEquals(world.committed.map(offsetIn), [5]);
});

Deno.test("a commit in the background is tried once, and says whether it might have passed", async () => {
  const loading = new KafkaError("COORDINATOR_LOAD_IN_PROGRESS");
  const over = new CommitFailedError();
  await using set = await setUp(loading, over);
  const told: unknown[] = [];
  await set.world.outcomeOf(set.commits.commitAsync(at(1), (error) => told.push(error)));
  await set.world.outcomeOf(set.commits.commitAsync(at(2), (error) => told.push(error)));
  set.commits.deliver();
  assertEquals([told[0] instanceof RetriableCommitFailedError, told[1] === over], [true, true]);
  assertEquals((told[0] as Error).cause, loading);
});

Deno.test("without a callback a failure is told to the logger", async () => {
  await using set = await setUp(new CommitFailedError());
  await set.world.outcomeOf(set.commits.commitAsync(at(1)));
  set.commits.deliver();
  assertEquals(set.world.env.logger.matching("Offset commit failed", "error").length, 1);
});

Deno.test("when a commit is done, those in the background before it have called back, also for no offsets", async () => {
  await using set = await setUp();
  const told: number[] = [];
  const release = set.hold();
  void set.commits.commitAsync(at(1), () => told.push(1));
  const committing = set.commits.commit(new TopicPartitionMap(), NEVER);
  await set.world.pass();
  assertEquals(told, []);
  release();
  await set.world.outcomeOf(committing);
  assertEquals(told, [1]);
  void set.commits.commitAsync(at(2), () => told.push(2));
  await set.world.outcomeOf(set.commits.commit(at(3), NEVER));
  assertEquals([told, set.committed], [[1, 2], [1, 2, 3]]);
});

Deno.test("waiting for the background ends when it is told to", async () => {
  await using set = await setUp();
  set.hold();
  void set.commits.commitAsync(at(1));
  const aborting = new AbortController();
  const waiting = assertRejects(() => set.commits.settle(aborting.signal), Error, "over");
  aborting.abort(new Error("over"));
  await waiting;
});

Deno.test("who is fenced hears of it in everything that calls back", async () => {
  await using set = await setUp(new KafkaError("FENCED_INSTANCE_ID"));
  await set.world.outcomeOf(set.commits.commitAsync(at(1), () => {}));
  assertEquals(set.commits.hasCompleted, true);
  for (let i = 0; i < 2; i++) {
    assertEquals(assertThrows(() => set.commits.deliver(), KafkaError).code, "FENCED_INSTANCE_ID");
  }
});
