import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ConsumerCore } from "../../../client/consumer/consumer_core.ts";
import { IllegalConsumerStateError } from "../../../client/consumer/consumer_errors.ts";
import { positionAt } from "../../../client/consumer/fetch_position.ts";
import {
  commitAsync,
  commitSync,
  committed,
  enforceRebalance,
  subscribe,
  unsubscribe,
} from "../../../client/consumer/group_calls.ts";
import type { GroupMembership } from "../../../client/consumer/group_membership.ts";
import type { OffsetAndMetadata } from "../../../client/consumer/offset_and_metadata.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { tp } from "../../support/consumer_world.ts";
import { manualEnv } from "../../support/manual_env.ts";

/** A group that notes what is asked of it. */
class NotedGroup implements GroupMembership {
  readonly calls: string[] = [];
  nextMs = 0;
  readonly metadata = { groupId: "g", generationId: -1, memberId: "", groupInstanceId: null };
  activating: () => Promise<boolean> = () => Promise.resolve(true);
  answering: Promise<never> | undefined;

  ensureActive(): Promise<boolean> {
    this.calls.push("ensureActive");
    return this.activating();
  }
  timeToNextPoll(): number {
    return this.nextMs;
  }
  pollHappened(): void {}
  maybeAutoCommit(): void {
    this.calls.push("maybeAutoCommit");
  }
  async commit(offsets: TopicPartitionMap<OffsetAndMetadata>, signal: AbortSignal): Promise<void> {
    this.calls.push(`commit ${[...offsets].map(([, { offset }]) => offset)}`);
    await this.#answer(signal);
  }
  commitAsync(offsets: TopicPartitionMap<OffsetAndMetadata>, callback?: unknown): void {
    this.calls.push(`commitAsync ${offsets.size} ${typeof callback}`);
  }
  async fetchCommitted(partitions: readonly unknown[], signal: AbortSignal) {
    this.calls.push(`fetchCommitted ${partitions.length}`);
    await this.#answer(signal);
    return new TopicPartitionMap<OffsetAndMetadata | null>();
  }
  leave(reason: string): Promise<void> {
    this.calls.push(`leave: ${reason}`);
    return Promise.resolve();
  }
  enforceRebalance(reason: string): void {
    this.calls.push(`rebalance: ${reason}`);
  }
  close(): Promise<void> {
    this.calls.push("close");
    return Promise.resolve();
  }
  async #answer(signal: AbortSignal): Promise<void> {
    if (this.answering === undefined) return;
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
    await Promise.race([this.answering, aborted]);
  }
}

function setUp(groupId: string | null = "g") {
  const env = manualEnv();
  const group = new NotedGroup();
  const core = new ConsumerCore<Uint8Array, Uint8Array>(
    {
      bootstrapServers: "127.0.0.1:1",
      transport: new MemoryTransport(),
      env,
      ...(groupId === null ? {} : { groupId }),
    },
    () => group,
  );
  return { core, group, env, [Symbol.dispose]: () => core.client.close() };
}

const WAIT = { timeoutMs: 100 };

Deno.test("without a group.id there is no group to ask", async () => {
  using world = setUp(null);
  const { core, group } = world;
  const text =
    "To use the group management or offset commit APIs, you must provide a valid group.id";
  for (
    const call of [
      () => subscribe(core, ["t"], undefined),
      () => subscribe(core, /t/, undefined),
      () => commitAsync(core, undefined, undefined),
    ]
  ) assertEquals(assertThrows(call, KafkaError, text).code, "INVALID_GROUP_ID");
  await assertRejects(() => committed(core, [], WAIT), KafkaError, text);
  await assertRejects(() => commitSync(core, undefined, WAIT), KafkaError, text);
  assertThrows(
    () => enforceRebalance(core, undefined),
    IllegalConsumerStateError,
    "Tried to force a rebalance but consumer does not have a group.",
  );
  assertEquals(group.calls, []);
});

Deno.test("topics or a pattern are subscribed to; no topics end it, after the group was left", async () => {
  using world = setUp();
  const { core, group } = world;
  const listener = {};
  subscribe(core, ["a", "b"], listener);
  assertEquals([...core.subscription.topics], ["a", "b"]);
  assertEquals(core.subscription.rebalanceListener === listener, true);
  assertThrows(() => subscribe(core, [" "], undefined), TypeError, "null or empty topic");
  subscribe(core, [], undefined);
  await Promise.resolve().then(() => {});
  assertEquals(group.calls, ["leave: the consumer unsubscribed from all topics"]);
  await unsubscribe(core);
  assertEquals(core.subscription.type, "none");
  const all: boolean[] = [];
  core.client.updater.wantAllTopics = (wanted) => void all.push(wanted);
  subscribe(core, /^a/, undefined);
  assertEquals([core.subscription.type, core.subscription.pattern?.source], ["pattern", "^a"]);
  await unsubscribe(core);
  assertEquals(all, [true, false]);
  assertThrows(() => subscribe(core, new RegExp(""), undefined), TypeError, "cannot be empty");
});

Deno.test("without a group unsubscribing is done at once", () => {
  using world = setUp(null);
  const { core } = world;
  core.subscription.assignFromUser([tp("a")]);
  void unsubscribe(core);
  assertEquals([core.subscription.type, core.subscription.assignedCount], ["none", 0]);
});

Deno.test("positions are committed, or the offsets that are named", async () => {
  using world = setUp();
  const { core, group } = world;
  core.subscription.assignFromUser([tp("a"), tp("b")]);
  core.subscription.state(tp("a")).seekValidated(positionAt(5));
  await commitSync(core, undefined, WAIT);
  await commitSync(core, [[tp("b"), { offset: 9 }]], WAIT);
  commitAsync(core, undefined, () => {});
  assertEquals(group.calls, ["commit 5", "commit 9", "commitAsync 1 function"]);
  await assertRejects(() => commitSync(core, [[tp("b"), { offset: -1 }]], WAIT), RangeError);
});

Deno.test("a commit and a question that take too long are given up, in Kafka's words", async () => {
  using world = setUp();
  const { core, group, env } = world;
  group.answering = new Promise(() => {});
  const committing = assertRejects(
    () => commitSync(core, [[tp("b"), { offset: 9 }]], WAIT),
    KafkaError,
    "Timeout of 100ms expired before successfully committing offsets " +
      "{b-0=OffsetAndMetadata{offset=9, leaderEpoch=null, metadata=''}}",
  );
  const asking = assertRejects(
    () => committed(core, [tp("b")], WAIT),
    KafkaError,
    "Timeout of 100ms expired before the last committed offset for partitions [b-0] could be determined.",
  );
  await env.clock.advance(100);
  await Promise.all([committing, asking]);
});

Deno.test("a rebalance has a reason", () => {
  using world = setUp();
  enforceRebalance(world.core, "");
  enforceRebalance(world.core, "mine");
  assertEquals(world.group.calls, ["rebalance: rebalance enforced by user", "rebalance: mine"]);
});

Deno.test("a poll lets the group do what it has to do, and looks again when the group says so", async () => {
  using world = setUp();
  const { core, group, env } = world;
  core.subscription.assignFromUser([tp("a")]);
  core.subscription.state(tp("a")).isPaused = true;
  core.subscription.state(tp("a")).seekValidated(positionAt(5));
  group.nextMs = 30;
  let polling = core.poll(20);
  await env.clock.advance(20);
  await polling;
  assertEquals(group.calls, []);
  group.nextMs = 0;
  group.activating = () => {
    if (group.calls.length === 3) group.nextMs = Infinity;
    return Promise.resolve(false);
  };
  polling = core.poll(20);
  await env.clock.advance(20);
  assertEquals((await polling).count, 0);
  assertEquals(group.calls, ["ensureActive", "ensureActive", "ensureActive"]);
  group.nextMs = 0;
  group.activating = () => Promise.reject(new Error("fenced"));
  await assertRejects(() => core.poll(20), Error, "fenced");
});

Deno.test("a poll that is told to stop does, while the group is busy with itself", async () => {
  using world = setUp();
  const { core, group } = world;
  core.subscription.assignFromUser([tp("a")]);
  group.nextMs = Infinity;
  const aborting = new AbortController();
  const polling = assertRejects(() => core.poll(20, aborting.signal), Error, "enough");
  aborting.abort(new Error("enough"));
  await polling;
});

Deno.test("closing ends a poll, and the group; until that is left, calls are taken", async () => {
  const { core, group, env } = setUp();
  core.subscription.assignFromUser([tp("a")]);
  group.nextMs = Infinity;
  const leaving = Promise.withResolvers<void>();
  group.close = () => {
    group.calls.push("close");
    return leaving.promise;
  };
  const polling = assertRejects(() => core.poll(Infinity), IllegalConsumerStateError, "closed");
  const closing = core.close(1000);
  await polling;
  await assertRejects(() => core.poll(0), IllegalConsumerStateError, "closed");
  core.ensureOpen();
  leaving.resolve();
  await env.clock.advance(1000);
  await closing;
  assertThrows(() => core.ensureOpen(), IllegalConsumerStateError, "closed");
  assertEquals(group.calls.includes("close"), true);
});

Deno.test("what a group cannot do when it ends is told after everything else has ended", async () => {
  const { core, group, env } = setUp();
  group.close = () => Promise.reject(new Error("listener"));
  const closing = assertRejects(() => core.close(1000), Error, "listener");
  await env.clock.advance(1000);
  await closing;
  assertEquals(core.client.isClosed, true);
});
