import { assertEquals, assertRejects } from "@std/assert";
import { GroupTopics } from "../../../../client/consumer/group/group_topics.ts";
import { metadata } from "../../../../client/protocol/messages/metadata.ts";
import { tp } from "../../../support/consumer_world.ts";
import { MemberWorld } from "../../../support/member_world.ts";
import { metadataAnswer } from "../../../support/metadata_answer.ts";

async function setUp(configs = {}) {
  const world = await MemberWorld.start(configs);
  const { client, subscription, settings } = world;
  const topics = new GroupTopics({ client, subscription, settings });
  return {
    world,
    topics,
    subscription,
    /** Metadata of these topics comes. */
    learn(told: Parameters<typeof metadataAnswer>[0]) {
      client.metadata.update(metadataAnswer(told));
      topics.follow();
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

Deno.test("a subscription that is another than the group was told of is a reason to join anew", async () => {
  await using set = await setUp();
  const { subscription, topics } = set;
  subscription.subscribe(["b", "a"]);
  assertEquals(topics.rejoinReason(), undefined);
  assertEquals(topics.joining(), ["a", "b"]);
  assertEquals(topics.rejoinReason(), undefined);
  subscription.subscribe(["a"]);
  assertEquals(topics.rejoinReason(), "the subscription has changed");
  topics.joining();
  assertEquals(topics.rejoinReason(), undefined);
});

Deno.test("who has shared partitions shares them anew when there are more; others do not", async () => {
  await using set = await setUp();
  const { subscription, topics } = set;
  subscription.subscribe(["a"]);
  set.learn({ a: [[0]] });
  topics.shared();
  set.learn({ a: [[0]], other: [[0]] });
  assertEquals(topics.rejoinReason(), undefined);
  set.learn({ a: [[0], [0]] });
  assertEquals(topics.rejoinReason(), "cached metadata has changed");
  topics.sharedElsewhere();
  assertEquals(topics.rejoinReason(), undefined);
});

Deno.test("a pattern takes what matches, without Kafka's own topics unless that is wanted", async () => {
  for (const excludeInternalTopics of [true, false]) {
    await using set = await setUp({ excludeInternalTopics });
    set.subscription.subscribePattern(/a/);
    set.learn({ a: [[0]], b: [[0]], ba: [[0]], __a: [[0]] });
    const matching = excludeInternalTopics ? ["a", "ba"] : ["__a", "a", "ba"];
    assertEquals([...set.subscription.topics].sort(), matching);
    assertEquals([...set.topics.current.topics.keys()].sort(), matching);
    set.learn({ ba: [[0]] });
    assertEquals([...set.subscription.topics], ["ba"]);
  }
});

Deno.test("what has been seen is not looked at again", async () => {
  await using set = await setUp();
  assertEquals(set.topics.isBehind, true);
  set.learn({});
  assertEquals(set.topics.isBehind, false);
  set.world.client.metadata.update(metadataAnswer({}));
  assertEquals(set.topics.isBehind, true);
});

Deno.test("a leader learns of the topics that only others want", async () => {
  await using set = await setUp();
  const { subscription, topics, world } = set;
  subscription.subscribe(["a"]);
  set.learn({ a: [[0]] });
  world.nodes.topics = { a: [0], b: [0, 1] };
  const { signal } = new AbortController();
  await world.outcomeOf(topics.followGroup(["a", "b", "missing"], signal));
  assertEquals([...topics.current.topics.keys()].sort(), ["a", "b"]);
  const asked = world.nodes.of(metadata).at(-1)!.request.topics?.map(({ name }) => name);
  assertEquals(asked?.sort(), ["a", "b", "missing"]);
  assertEquals(topics.rejoinReason(), undefined);
});

Deno.test("a leader that is told to stop does not wait for metadata", async () => {
  await using set = await setUp();
  set.subscription.subscribe(["a"]);
  set.world.nodes.on(metadata, () => null);
  const aborting = new AbortController();
  const waiting = assertRejects(
    () => set.topics.followGroup(["b"], aborting.signal),
    Error,
    "enough",
  );
  aborting.abort(new Error("enough"));
  await waiting;
});

Deno.test("partitions fit a subscription by name, or by pattern", async () => {
  await using set = await setUp();
  const { subscription, topics } = set;
  subscription.subscribe(["a"]);
  assertEquals([topics.takes([tp("a")]), topics.takes([tp("a"), tp("b")])], [true, false]);
  subscription.unsubscribe();
  subscription.subscribePattern(/^b/);
  assertEquals([topics.takes([tp("b"), tp("bb")]), topics.takes([tp("a")])], [true, false]);
});

Deno.test("topics that the leader found first are taken over, and are no reason to join anew", async () => {
  await using set = await setUp();
  const { subscription, topics } = set;
  subscription.subscribePattern(/^b/);
  set.learn({ b: [[0]] });
  topics.joining();
  topics.adopt([tp("b"), tp("bb")]);
  assertEquals([...subscription.topics].sort(), ["b", "bb"]);
  assertEquals(topics.rejoinReason(), undefined);
});

Deno.test("nothing is left of a group that was left", async () => {
  await using set = await setUp();
  const { subscription, topics } = set;
  subscription.subscribe(["a"]);
  set.learn({ a: [[0]] });
  topics.joining();
  topics.shared();
  topics.reset();
  subscription.subscribe(["b"]);
  set.learn({ a: [[0], [0]] });
  assertEquals(topics.rejoinReason(), undefined);
});
