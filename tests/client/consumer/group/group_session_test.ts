import { assertEquals, assertRejects } from "@std/assert";
import type { Consumer } from "../../../../client/consumer/consumer.ts";
import {
  CommitFailedError,
  ConsumerError,
  IllegalConsumerStateError,
} from "../../../../client/consumer/consumer_errors.ts";
import type { ConsumerOptions } from "../../../../client/consumer/consumer_options.ts";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { type TopicPartition, topicPartitionKey } from "../../../../storage/file/file_names.ts";
import { systemEnv } from "../../../../storage/system_env.ts";
import { ConsumerWorld, take, tp, values } from "../../../support/consumer_world.ts";

type Texts = Consumer<string, string>;

const names = (partitions: Iterable<TopicPartition>) =>
  Array.from(partitions, topicPartitionKey).sort().join(" ");

/** A broker with a topic of some partitions, one record in each. */
async function setUp(partitions = 2) {
  const world = await ConsumerWorld.start();
  await world.topic("t", partitions);
  for (let i = 0; i < partitions; i++) await world.write(tp("t", i), [`${i}a`]);
  return {
    world,
    member: (options: Partial<ConsumerOptions<string, string>> = {}) =>
      world.consumer({ groupId: "g", heartbeatIntervalMs: 20, ...options }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** Polls consumers until something is the case. */
async function pollUntil(consumers: readonly Texts[], isSo: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error("It is not so after 20 s");
    await Promise.all(consumers.map((consumer) => consumer.poll(20)));
  }
}

const sizes = (...consumers: readonly Texts[]) =>
  consumers.map((consumer) => consumer.assignment().length);
const areSizes = (expected: readonly number[], ...consumers: readonly Texts[]) => () =>
  `${sizes(...consumers)}` === `${expected}`;

Deno.test("a member reads all partitions, commits, and the next one goes on from there", async () => {
  await using set = await setUp();
  const first = set.member();
  first.subscribe("t");
  assertEquals(values(await take(first, 2)).sort(), ["0a", "1a"]);
  await first.commitSync();
  assertEquals([...await first.committed([tp("t"), tp("t", 1)])].map(([, at]) => at?.offset), [
    1,
    1,
  ]);
  await first.close();
  await set.world.write(tp("t"), ["0b"]);
  const second = set.member();
  second.subscribe(["t"]);
  assertEquals(values(await take(second, 1)), ["0b"]);
});

Deno.test("positions are committed in the background, and when a member ends", async () => {
  await using set = await setUp();
  const first = set.member({ autoCommitIntervalMs: 1 });
  first.subscribe("t");
  await take(first, 2);
  const committed = async () =>
    [...await first.committed([tp("t"), tp("t", 1)])].map(([, at]) => at?.offset);
  while (`${await committed()}` !== "1,1") await first.poll(5);
  await set.world.write(tp("t"), ["0b"]);
  await take(first, 1);
  const lazy = set.member({ groupId: "lazy" });
  lazy.subscribe("t");
  await take(lazy, 3);
  await lazy.close();
  const next = set.member({ groupId: "lazy" });
  next.subscribe("t");
  await pollUntil([next], areSizes([2], next));
  assertEquals((await next.committed([tp("t")])).get(tp("t"))?.offset, 2);
});

Deno.test("without auto commit nothing is committed that was not asked for", async () => {
  await using set = await setUp();
  const first = set.member({ enableAutoCommit: false });
  first.subscribe("t");
  await take(first, 2);
  await first.close();
  const second = set.member({ enableAutoCommit: false });
  second.subscribe("t");
  assertEquals((await take(second, 2)).length, 2);
});

Deno.test("two members share, and whoever is left has it all", async () => {
  await using set = await setUp(4);
  const told: string[] = [];
  const first = set.member();
  first.subscribe("t", {
    onPartitionsAssigned: (partitions) => void told.push(`+${partitions.length}`),
    onPartitionsRevoked: (partitions) => void told.push(`-${partitions.length}`),
  });
  await take(first, 4);
  const second = set.member();
  second.subscribe("t");
  await pollUntil([first, second], areSizes([2, 2], first, second));
  assertEquals(names([...first.assignment(), ...second.assignment()]), "t-0 t-1 t-2 t-3");
  await second.close();
  await pollUntil([first], areSizes([4], first));
  await first.close();
  assertEquals(told, ["+4", "-4", "+2", "-2", "+4", "-4"]);
});

Deno.test("cooperative members keep what does not change hands, and read on meanwhile", async () => {
  await using set = await setUp(4);
  const partitionAssignmentStrategy = "cooperative-sticky";
  const told: string[] = [];
  const first = set.member({ partitionAssignmentStrategy });
  first.subscribe("t", {
    onPartitionsAssigned: (partitions) => void told.push(`+${partitions.length}`),
    onPartitionsRevoked: (partitions) => void told.push(`-${partitions.length}`),
  });
  await take(first, 4);
  const second = set.member({ partitionAssignmentStrategy });
  second.subscribe("t");
  await pollUntil([first, second], areSizes([2, 2], first, second));
  assertEquals(names([...first.assignment(), ...second.assignment()]), "t-0 t-1 t-2 t-3");
  assertEquals(told.filter((one) => one !== "+0"), ["+4", "-2"]);
});

Deno.test("a static member that comes back in time gets its partitions without a rebalance", async () => {
  await using set = await setUp();
  const first = set.member({ groupInstanceId: "i" });
  first.subscribe("t");
  await take(first, 2);
  const { generationId } = first.groupMetadata();
  await first.close();
  const second = set.member({ groupInstanceId: "i" });
  second.subscribe("t");
  await pollUntil([second], areSizes([2], second));
  assertEquals(second.groupMetadata().generationId, generationId);
});

Deno.test("of two members with one name the first is fenced", async () => {
  await using set = await setUp();
  const first = set.member({ groupInstanceId: "i" });
  first.subscribe("t");
  await take(first, 2);
  const second = set.member({ groupInstanceId: "i" });
  second.subscribe("t");
  await pollUntil([second], areSizes([2], second));
  const thrown = await assertRejects(() => pollUntil([first], () => false), KafkaError);
  assertEquals(thrown.code, "FENCED_INSTANCE_ID");
});

Deno.test("a pattern takes topics that come later", async () => {
  await using set = await setUp();
  const consumer = set.member({ metadataMaxAgeMs: 30 });
  consumer.subscribe(/^t/);
  await take(consumer, 2);
  await set.world.topic("tt");
  await set.world.topic("other");
  await set.world.write(tp("tt"), ["new"]);
  assertEquals(values(await take(consumer, 1)), ["new"]);
  assertEquals([[...consumer.subscription()].sort(), names(consumer.assignment())], [
    ["t", "tt"],
    "t-0 t-1 tt-0",
  ]);
});

Deno.test("another subscription gets other partitions", async () => {
  await using set = await setUp();
  await set.world.topic("u");
  const consumer = set.member();
  consumer.subscribe("t");
  await take(consumer, 2);
  consumer.subscribe(["u"]);
  await pollUntil([consumer], () => names(consumer.assignment()) === "u-0");
  await consumer.unsubscribe();
  assertEquals([consumer.assignment(), consumer.subscription()], [[], []]);
  consumer.assign([tp("t")]);
  assertEquals(names(consumer.assignment()), "t-0");
});

Deno.test("who does not poll for too long is out: its partitions are lost, and its commit fails", async () => {
  await using set = await setUp();
  const told: string[] = [];
  const consumer = set.member({ maxPollIntervalMs: 100, enableAutoCommit: false });
  consumer.subscribe("t", {
    onPartitionsAssigned: (partitions) => void told.push(`assigned ${partitions.length}`),
    onPartitionsLost: (partitions) => void told.push(`lost ${partitions.length}`),
  });
  await take(consumer, 2);
  while (consumer.groupMetadata().memberId !== "") await systemEnv().clock.sleep(5);
  await assertRejects(() => consumer.commitSync(), CommitFailedError, "kicked out of the group");
  await pollUntil([consumer], () => told.length === 3);
  assertEquals(told, ["assigned 2", "lost 2", "assigned 2"]);
});

Deno.test("a listener may commit what goes, and what it throws is thrown by the poll", async () => {
  await using set = await setUp();
  const first = set.member({ enableAutoCommit: false });
  let isFailing = false;
  first.subscribe("t", {
    async onPartitionsRevoked() {
      await first.commitSync();
      if (isFailing) throw new Error("mine");
    },
  });
  await take(first, 2);
  first.enforceRebalance("a test");
  await pollUntil([first], () => first.groupMetadata().generationId === 2);
  assertEquals((await first.committed([tp("t")])).get(tp("t"))?.offset, 1);
  isFailing = true;
  first.enforceRebalance();
  const thrown = await assertRejects(() => pollUntil([first], () => false), ConsumerError);
  assertEquals((thrown.cause as Error).message, "mine");
  await pollUntil([first], () => first.groupMetadata().generationId === 3);
  isFailing = false;
  await first.close();
});

Deno.test("who has named its partitions commits to the group without being in it", async () => {
  await using set = await setUp();
  const first = set.member();
  first.assign([tp("t")]);
  await take(first, 1);
  await first.commitSync();
  assertEquals(first.groupMetadata().memberId, "");
  const second = set.member();
  second.assign([tp("t")]);
  await set.world.write(tp("t"), ["0b"]);
  assertEquals(values(await take(second, 1)), ["0b"]);
});

Deno.test("commits in the background are told by polls, in order", async () => {
  await using set = await setUp();
  const consumer = set.member({ enableAutoCommit: false });
  consumer.subscribe("t");
  await take(consumer, 2);
  const told: unknown[] = [];
  consumer.commitAsync([[tp("t"), { offset: 1 }]], (error) => told.push(1, error));
  consumer.commitAsync([[tp("t"), { offset: 0 }]], (error) => told.push(2, error));
  await pollUntil([consumer], () => told.length === 4);
  assertEquals(told, [1, null, 2, null]);
  assertEquals((await consumer.committed([tp("t")])).get(tp("t"))?.offset, 0);
});

Deno.test("who subscribes needs a way to share", async () => {
  await using set = await setUp();
  const consumer = set.member({ partitionAssignmentStrategy: [] });
  consumer.subscribe("t");
  await assertRejects(
    () => consumer.poll(1000),
    IllegalConsumerStateError,
    "partition.assignment.strategy to empty",
  );
});

Deno.test("a group is left when its coordinator does not answer, in the time that there is", async () => {
  await using set = await setUp();
  const consumer = set.member();
  consumer.subscribe("t");
  await take(consumer, 2);
  set.world.broker.faults.delay(new Promise(() => {}), { api: "LeaveGroup" });
  await consumer.close({ timeoutMs: 50 });
  await assertRejects(() => consumer.poll(0), IllegalConsumerStateError);
});
