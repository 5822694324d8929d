import { assertEquals, assertThrows } from "@std/assert";
import { RESET_EARLIEST } from "../../../../client/consumer/auto_offset_reset.ts";
import { ConsumerError } from "../../../../client/consumer/consumer_errors.ts";
import {
  RebalanceCallbacks,
  sortedPartitions,
} from "../../../../client/consumer/group/rebalance_callbacks.ts";
import type { RebalanceListener } from "../../../../client/consumer/rebalance_listener.ts";
import { SubscriptionState } from "../../../../client/consumer/subscription_state.ts";
import { tp } from "../../../support/consumer_world.ts";
import { CollectingLogger } from "../../../support/manual_env.ts";

function setUp(listener?: RebalanceListener) {
  const subscription = new SubscriptionState(RESET_EARLIEST);
  subscription.rebalanceListener = listener;
  const logger = new CollectingLogger();
  return { callbacks: new RebalanceCallbacks(subscription, logger), logger };
}

Deno.test("a listener is told, and waited for", async () => {
  const told: unknown[] = [];
  const { callbacks, logger } = setUp({
    async onPartitionsAssigned(partitions) {
      await Promise.resolve();
      told.push(partitions);
    },
  });
  await callbacks.call("onPartitionsAssigned", [tp("a")]);
  await callbacks.call("onPartitionsRevoked", [tp("a")]);
  assertEquals(told, [[tp("a")]]);
  assertEquals(logger.lines.map(({ message }) => message), [
    "Adding newly assigned partitions",
    "Revoke previously assigned partitions",
  ]);
  callbacks.check();
});

Deno.test("who says nothing of lost partitions is told that they are revoked", async () => {
  const told: string[] = [];
  const onPartitionsRevoked = () => void told.push("revoked");
  await setUp({ onPartitionsRevoked }).callbacks.call("onPartitionsLost", []);
  const onPartitionsLost = () => void told.push("lost");
  await setUp({ onPartitionsRevoked, onPartitionsLost }).callbacks.call("onPartitionsLost", []);
  await setUp().callbacks.call("onPartitionsLost", []);
  assertEquals(told, ["revoked", "lost"]);
});

Deno.test("the first thing that fails is told in the end, once", async () => {
  const first = new Error("first");
  const { callbacks, logger } = setUp({
    onPartitionsRevoked: () => Promise.reject(first),
    onPartitionsAssigned() {
      throw new Error("second");
    },
  });
  await callbacks.call("onPartitionsRevoked", []);
  await callbacks.call("onPartitionsAssigned", []);
  const thrown = assertThrows(() => callbacks.check(), ConsumerError, "User rebalance callback");
  assertEquals([thrown.cause, logger.matching("listener failed", "error").length], [first, 2]);
  callbacks.check();
});

Deno.test("partitions are told by topic, then by number", () => {
  assertEquals(sortedPartitions([tp("b"), tp("a", 10), tp("a", 9), tp("B")]), [
    tp("B"),
    tp("a", 9),
    tp("a", 10),
    tp("b"),
  ]);
});
