import { assert, assertEquals, assertRejects } from "@std/assert";
import { ClientConfig } from "../../client/config/client_config.ts";
import { COMMON_CONFIGS } from "../../client/config/common_configs.ts";
import { MetadataCache } from "../../client/metadata_cache.ts";
import { MetadataUpdater } from "../../client/metadata_updater.ts";
import { NetworkError } from "../../client/network/transport.ts";
import { errorCode, type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { metadata, type MetadataResponse } from "../../client/protocol/messages/metadata.ts";
import { decode, encode } from "../../storage/message/message_codec.ts";
import { silentLogger } from "../../storage/env.ts";
import { ManualClock, SeededRandom } from "../support/manual_env.ts";

/** An updater whose brokers have some topics, or some error for each, or cannot be reached. */
class World {
  readonly clock = new ManualClock();
  readonly cache = new MetadataCache();
  readonly topics = new Map<string, ErrorName>();
  readonly asked: (readonly string[] | undefined)[] = [];
  readonly askedAt: number[] = [];
  isDown = false;
  error: ErrorName = "NONE";
  rebootstraps = 0;
  epoch = 0;
  readonly updater: MetadataUpdater;

  constructor(properties: Record<string, unknown> = {}) {
    this.updater = new MetadataUpdater({
      env: { clock: this.clock, random: new SeededRandom(1), logger: silentLogger },
      config: ClientConfig.parse(COMMON_CONFIGS, { bootstrapServers: "a:1", ...properties }),
      cache: this.cache,
      ask: (topics) => {
        this.asked.push(topics);
        this.askedAt.push(this.clock.monotonic());
        if (this.isDown) return Promise.reject(new NetworkError("refused", "down"));
        return Promise.resolve(this.#answer(topics));
      },
      rebootstrap: () => this.rebootstraps++,
    });
  }

  #answer(topics: readonly string[] | undefined): MetadataResponse {
    const draft = {
      errorCode: errorCode(this.error),
      brokers: [{ nodeId: 1, host: "b", port: 1 }],
      topics: (topics ?? [...this.topics.keys()]).map((name) => ({
        name,
        errorCode: errorCode(this.topics.get(name) ?? "UNKNOWN_TOPIC_OR_PARTITION"),
        partitions: [{ leaderId: 1, leaderEpoch: this.epoch }],
      })),
    };
    return decode(metadata.response, 13, encode(metadata.response, 13, draft));
  }
}

Deno.test("the topics that are wanted are asked for, new ones at once", async () => {
  const { updater, asked, clock, topics } = new World();
  topics.set("a", "NONE").set("b", "NONE");
  updater.wantTopics(["a"]);
  await clock.advance(0);
  updater.wantTopics(["b"]);
  await clock.advance(0);
  updater.wantTopics(["a", "b"]);
  await clock.advance(0);
  assertEquals(asked, [["a"], ["a", "b"]]);
  updater.close(new Error("closed"));
});

Deno.test("all topics are asked for when all are wanted", async () => {
  const { updater, asked, clock, topics, cache } = new World();
  topics.set("a", "NONE");
  updater.wantAllTopics(true);
  await clock.advance(0);
  assertEquals([asked, [...cache.topics.keys()]], [[undefined], ["a"]]);
  updater.close(new Error("closed"));
});

Deno.test("those who ask again and again wait longer and longer, until something changes", async () => {
  const world = new World();
  const { updater, askedAt, clock, topics, cache } = world;
  topics.set("a", "NONE");
  updater.wantTopics(["a"]);
  await clock.advance(0);
  const pauses: number[] = [];
  for (let i = 0; i < 6; i++) {
    const before = askedAt.at(-1)!;
    const { version } = cache;
    updater.request();
    await clock.advance(1100);
    assertEquals(cache.version, version + 1);
    pauses.push(askedAt.at(-1)! - before);
  }
  assert(pauses[5]! >= 0);
  world.epoch = 1;
  updater.request();
  updater.request();
  await clock.advance(1100);
  const times = askedAt.length;
  updater.request();
  await clock.advance(1100);
  assertEquals(askedAt.length, times + 1);
  updater.close(new Error("closed"));
});

Deno.test("while no broker can be reached it is tried with growing pauses", async () => {
  const world = new World();
  const { updater, askedAt, clock, cache } = world;
  world.isDown = true;
  updater.wantTopics(["a"]);
  await clock.advance(10_000);
  const pauses = askedAt.slice(1).map((at, index) => at - askedAt[index]!);
  assert(pauses[0]! >= 80 && pauses[0]! <= 240, String(pauses));
  assert(pauses.at(-1)! >= 800 && pauses.at(-1)! <= 1000, String(pauses));
  world.isDown = false;
  await clock.advance(1000);
  assertEquals(cache.version, 1);
  updater.close(new Error("closed"));
});

Deno.test("bootstrap servers are asked again when no metadata was had for too long", async () => {
  for (const [strategy, times] of [["rebootstrap", 2], ["none", 0]] as const) {
    const world = new World({
      metadataRecoveryStrategy: strategy,
      "metadata.recovery.rebootstrap.trigger.ms": 5000,
    });
    world.isDown = true;
    world.updater.request();
    await world.clock.advance(12_000);
    assertEquals(world.rebootstraps, times);
    world.updater.close(new Error("closed"));
  }
});

Deno.test("the time without metadata begins with the first attempt, not with the last success", async () => {
  const world = new World({ "metadata.recovery.rebootstrap.trigger.ms": 5000 });
  const { updater, clock } = world;
  updater.request();
  await clock.advance(100_000);
  world.isDown = true;
  updater.request();
  await clock.advance(4500);
  assertEquals(world.rebootstraps, 0);
  await clock.advance(2000);
  assertEquals(world.rebootstraps, 1);
  updater.close(new Error("closed"));
});

Deno.test("an answer that is an error is none", async () => {
  const world = new World();
  world.error = "REBOOTSTRAP_REQUIRED";
  world.updater.request();
  await world.clock.advance(1000);
  assertEquals(world.cache.version, 0);
  world.error = "NONE";
  await world.clock.advance(1100);
  assertEquals(world.cache.version, 1);
  world.updater.close(new Error("closed"));
});

Deno.test("what is known is asked for again when it has become old", async () => {
  const { updater, askedAt, clock } = new World({ metadataMaxAgeMs: 60_000 });
  updater.request();
  await clock.advance(150_000);
  assertEquals(askedAt, [0, 60_000, 120_000]);
  updater.close(new Error("closed"));
  await clock.advance(0);
  assertEquals(clock.sleeping, 0);
});

Deno.test("topics that nobody wants any more are not asked for", async () => {
  const { updater, asked, clock } = new World({ metadataMaxAgeMs: 60_000 });
  updater.topicIdleMs = 100_000;
  updater.wantTopics(["a", "b"]);
  await clock.advance(90_000);
  updater.wantTopics(["b"]);
  await clock.advance(60_000);
  assertEquals(asked.at(-1), ["b"]);
  updater.setTopics(["c"]);
  await clock.advance(0);
  assertEquals(asked.at(-1), ["c"]);
  updater.close(new Error("closed"));
});

Deno.test("a topic is waited for until it is there", async () => {
  const { updater, topics, clock } = new World();
  const wait = updater.awaitTopic("a", { timeoutMs: 60_000 });
  await clock.advance(5000);
  topics.set("a", "NONE");
  await clock.advance(1100);
  assertEquals((await wait).name, "a");
  assertEquals((await updater.awaitTopic("a", { timeoutMs: 0 })).partitions.length, 1);
  updater.close(new Error("closed"));
});

Deno.test("a topic that does not come is not waited for longer than asked, and told in Kafka's words", async () => {
  const { updater, clock } = new World();
  const wait = updater.awaitTopic("a", { timeoutMs: 500 });
  wait.catch(() => {});
  await clock.advance(500);
  const error = await assertRejects(() => wait, KafkaError);
  assertEquals([error.code, error.message], [
    "REQUEST_TIMED_OUT",
    "Topic a not present in metadata after 500 ms.",
  ]);
  updater.close(new Error("closed"));
});

Deno.test("a topic that never can be is not waited for", async () => {
  const { updater, topics } = new World();
  topics.set("a b", "INVALID_TOPIC_EXCEPTION");
  const error = await assertRejects(
    () => updater.awaitTopic("a b", { timeoutMs: 60_000 }),
    KafkaError,
  );
  assertEquals(error.code, "INVALID_TOPIC_EXCEPTION");
  updater.close(new Error("closed"));
});

Deno.test("waits end with their signal, and when the client closes", async () => {
  const world = new World();
  world.isDown = true;
  const stop = new AbortController();
  const [aborted, closed] = [
    world.updater.awaitTopic("a", { timeoutMs: 60_000, signal: stop.signal }),
    world.updater.awaitUpdate(0),
  ];
  aborted.catch(() => {});
  closed.catch(() => {});
  await world.clock.advance(10);
  stop.abort(new Error("enough"));
  world.updater.close(new Error("closed"));
  await assertRejects(() => aborted, Error, "enough");
  await assertRejects(() => closed, Error, "closed");
  await assertRejects(() => world.updater.awaitUpdate(0), Error, "closed");
  await world.clock.advance(0);
  assertEquals(world.clock.sleeping, 0);
});

Deno.test("listeners are told of updates until they go", async () => {
  const { updater, clock } = new World();
  let updates = 0;
  const leave = updater.onUpdate(() => updates++);
  updater.request();
  await clock.advance(0);
  leave();
  updater.request();
  await clock.advance(2000);
  assertEquals(updates, 1);
  updater.close(new Error("closed"));
});
