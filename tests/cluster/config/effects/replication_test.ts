import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { DelayedRequests } from "../../../../cluster/replication/delayed_requests.ts";
import { Partition } from "../../../../cluster/replication/partition.ts";
import { produceHandler } from "../../../../cluster/server/handlers/produce.ts";
import { call } from "../../../support/handler_call.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { batchOf } from "../../../support/partition_log.ts";
import {
  assigned,
  BROKER,
  openReplicas,
  partitionContext,
  TestConfig,
  topicIdOf,
} from "../../../support/replicas.ts";

Deno.test("min.insync.replicas: a running log takes acks=all with as many in sync as is set now, a topic's own goes first", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned({ replicas: [BROKER, 2], isr: [BROKER] })] },
  });
  const { replicaManager, logManager } = replicas;
  const handler = produceHandler({ replicaManager });
  const send = () => {
    const answer = call(handler, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: "t", partitionData: [{ index: 0, records: batchOf(["v"]) }] }],
    });
    assert(typeof answer === "object");
    return errorName(answer.responses[0]!.partitionResponses[0]!.errorCode);
  };
  assertEquals(send(), "NONE");
  await logManager.reconfigure({ "min.insync.replicas": "2" });
  assertEquals(send(), "NOT_ENOUGH_REPLICAS");
  logManager.updateTopicConfig("t", { "min.insync.replicas": "1" });
  assertEquals(send(), "NONE");
});

/** How many answered requests stay on the list of a partition where nothing happens. */
function staysBehind(kind: "fetch" | "produce" | "deleteRecords", name: string): void {
  const env = manualEnv();
  const config = new TestConfig(["/disk1"]);
  const purgatory = new DelayedRequests(env.clock, config)[kind];
  const [quiet, busy] = [0, 1].map((index) =>
    new Partition(
      { topic: "t", partition: index },
      topicIdOf("t"),
      partitionContext(env, () => undefined),
    )
  );
  const mostLeft = (interval: number) => {
    config.change(name, interval);
    let most = 0;
    for (let i = 0; i < 50; i++) {
      let isReady = false;
      const operation = { canComplete: () => isReady, complete: () => {} };
      purgatory.tryCompleteElseWatch(operation, [quiet!, busy!], 1000);
      isReady = true;
      purgatory.checkAndComplete(busy!);
      most = Math.max(most, purgatory.watched);
    }
    return most;
  };
  assert(mostLeft(4) <= 5);
  const many = mostLeft(30);
  assert(many > 20 && many <= 31, `${many}`);
  purgatory.shutdown();
}

Deno.test("fetch.purgatory.purge.interval.requests: no more answered fetches are left behind", () => {
  staysBehind("fetch", "fetch.purgatory.purge.interval.requests");
});

Deno.test("producer.purgatory.purge.interval.requests: no more answered produces are left behind", () => {
  staysBehind("produce", "producer.purgatory.purge.interval.requests");
});

Deno.test("delete.records.purgatory.purge.interval.requests: no more answered deletions are left behind", () => {
  staysBehind("deleteRecords", "delete.records.purgatory.purge.interval.requests");
});
