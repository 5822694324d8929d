import { assertEquals } from "@std/assert";
import { RESET_EARLIEST } from "../../../../client/consumer/auto_offset_reset.ts";
import { RetriableCommitFailedError } from "../../../../client/consumer/consumer_errors.ts";
import { positionAt } from "../../../../client/consumer/fetch_position.ts";
import { AutoCommit } from "../../../../client/consumer/group/auto_commit.ts";
import type { Offsets } from "../../../../client/consumer/group/offset_commit_call.ts";
import { SubscriptionState } from "../../../../client/consumer/subscription_state.ts";
import type { OffsetCommitCallback } from "../../../../client/consumer/group_membership.ts";
import { tp } from "../../../support/consumer_world.ts";
import { manualEnv } from "../../../support/manual_env.ts";

function setUp() {
  const env = manualEnv();
  const subscription = new SubscriptionState(RESET_EARLIEST);
  subscription.assignFromUser([tp("t")]);
  const committed: (number | undefined)[] = [];
  const world = { error: null as unknown };
  const commits = {
    commitAsync(offsets: Offsets, callback: OffsetCommitCallback) {
      committed.push(offsets.get(tp("t"))?.offset);
      callback(world.error, offsets);
      return Promise.resolve();
    },
    commitAlone(offsets: Offsets) {
      committed.push(offsets.get(tp("t"))?.offset);
      return world.error === null ? Promise.resolve() : Promise.reject(world.error);
    },
  };
  const autoCommit = new AutoCommit({
    env,
    intervalMs: 1000,
    retryBackoffMs: 10,
    commits: commits as never,
    subscription,
  });
  return { env, subscription, committed, world, autoCommit };
}

Deno.test("positions are committed once an interval, when somebody asks", () => {
  const { autoCommit, committed, subscription } = setUp();
  subscription.state(tp("t")).seekValidated(positionAt(5));
  assertEquals(autoCommit.nextIn(400), 600);
  autoCommit.maybeCommit(999);
  assertEquals(committed, []);
  autoCommit.maybeCommit(1500);
  autoCommit.maybeCommit(2499);
  assertEquals([committed, autoCommit.nextIn(2499)], [[5], 1]);
  autoCommit.maybeCommit(2500);
  assertEquals(committed, [5, 5]);
});

Deno.test("new partitions begin with a whole interval", () => {
  const { autoCommit, committed } = setUp();
  autoCommit.restart(900);
  autoCommit.maybeCommit(1899);
  assertEquals([committed, autoCommit.nextIn(1899)], [[], 1]);
});

Deno.test("what may pass is tried again soon, what does not is told", () => {
  const { autoCommit, env, world } = setUp();
  world.error = new RetriableCommitFailedError(new Error("loading"));
  autoCommit.maybeCommit(1000);
  assertEquals(autoCommit.nextIn(0), 10);
  world.error = new Error("over");
  autoCommit.maybeCommit(3000);
  assertEquals(autoCommit.nextIn(3000), 1000);
  const levels = env.logger.matching("Auto-commit").map(({ level }) => level);
  assertEquals(levels, ["debug", "warn"]);
});

Deno.test("a last commit is waited for, goes without positions, and throws nothing", async () => {
  const { autoCommit, committed, env, subscription, world } = setUp();
  const { signal } = new AbortController();
  await autoCommit.commitNow(signal);
  assertEquals(committed, []);
  subscription.state(tp("t")).seekValidated(positionAt(5));
  await autoCommit.commitNow(signal);
  world.error = new Error("over");
  await autoCommit.commitNow(signal);
  assertEquals([committed, env.logger.matching("Auto-commit", "warn").length], [[5, 5], 1]);
});
