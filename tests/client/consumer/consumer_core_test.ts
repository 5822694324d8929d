import { assertEquals } from "@std/assert";
import { ConsumerCore } from "../../../client/consumer/consumer_core.ts";
import { systemEnv } from "../../../storage/system_env.ts";
import { batchOfRecords, tp, values } from "../../support/consumer_world.ts";
import { ScriptedCluster, topicId } from "../../support/scripted_cluster.ts";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import { fetch } from "../../../client/protocol/messages/fetch.ts";
import { string } from "../../../storage/serde/string.ts";

async function setUp() {
  const cluster = await ScriptedCluster.start(0);
  const [partition] = cluster.topic("t", topicId(1), 0).partitions;
  partition!.records = batchOfRecords(["a", "b", "c"], { partitionLeaderEpoch: 0 });
  const core = new ConsumerCore<string, string>({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport,
    env: systemEnv(),
    autoOffsetReset: "earliest",
    fetchMaxWaitMs: 5,
    keyDeserializer: string(),
    valueDeserializer: string(),
  });
  core.subscription.assignFromUser([tp("t")]);
  core.followTopics();
  return {
    core,
    cluster,
    async [Symbol.asyncDispose]() {
      await core.close(1000);
      await cluster[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a position that a fetch shows to be none is looked up at once, in the same poll", async () => {
  await using world = await setUp();
  const { core, cluster } = world;
  cluster.script(fetch, ({ topics }) => ({
    responses: topics.map(({ topicId }) => ({
      topicId,
      partitions: [{
        partitionIndex: 0,
        errorCode: errorCode("OFFSET_OUT_OF_RANGE"),
        highWatermark: -1,
        records: null,
      }],
    })),
  }));
  assertEquals(values(await core.poll(60_000)), ["a", "b", "c"]);
});

Deno.test("records that are given back are read again, from the first of each partition", async () => {
  await using world = await setUp();
  const { core } = world;
  const polled = await core.poll(60_000);
  core.giveBack([...polled].slice(1), polled);
  assertEquals(values(await core.poll(60_000)), ["b", "c"]);
  core.giveBack([...polled].slice(1), polled);
  core.giveBack([], polled);
  core.subscription.unsubscribe();
  core.giveBack([...polled], polled);
});
