import { assert, assertEquals } from "@std/assert";
import {
  DelayedDeleteRecords,
  DeleteRecordsEntry,
  deleteRecordsOnLocalLogs,
} from "../../../cluster/replication/delete_records.ts";
import { batchOf } from "../../support/partition_log.ts";
import { openReplicas } from "../../support/replicas.ts";

Deno.test("an entry is pending until the low watermark has reached its offset", async () => {
  await using replicas = await openReplicas();
  const partition = replicas.replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  partition.appendAsLeader(batchOf(["a", "b"]), 1);
  const [entry, refused] = [1, 9].map((offset) =>
    new DeleteRecordsEntry({ topic: "t", partition: 0 }, offset)
  );
  const skipped = new DeleteRecordsEntry({ topic: "t", partition: 0 }, 2);
  skipped.error = "TOPIC_AUTHORIZATION_FAILED";
  deleteRecordsOnLocalLogs(
    { env: replicas.env, getPartition: replicas.replicaManager.getPartition },
    [entry!, refused!, skipped],
  );
  assertEquals([entry!.error, entry!.lowWatermark, entry!.isPending], ["NONE", 1, false]);
  assertEquals([refused!.error, refused!.isPending], ["OFFSET_OUT_OF_RANGE", false]);
  assertEquals(skipped.error, "TOPIC_AUTHORIZATION_FAILED");
});

Deno.test("an error nobody foresaw is told in the log", async () => {
  await using replicas = await openReplicas();
  const entry = new DeleteRecordsEntry({ topic: "t", partition: 0 }, 1);
  const getPartition = () => {
    throw new TypeError("a bug");
  };
  deleteRecordsOnLocalLogs({ env: replicas.env, getPartition }, [entry]);
  assertEquals(entry.error, "UNKNOWN_SERVER_ERROR");
  assertEquals(replicas.env.logger.matching("delete records", "error").length, 1);
});

Deno.test("a delayed deletion looks again, and is timed out with the low watermark it has", async () => {
  await using replicas = await openReplicas();
  const entry = new DeleteRecordsEntry({ topic: "t", partition: 0 }, 1);
  entry.requestedOffset = 1;
  entry.lowWatermark = 0;
  let done = false;
  const operation = new DelayedDeleteRecords([entry], replicas.replicaManager.getPartition, () => {
    done = true;
  });
  assert(!operation.canComplete());
  const partition = replicas.replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  partition.appendAsLeader(batchOf(["a"]), 1);
  replicas.log().deleteRecords(1);
  assert(operation.canComplete());
  assertEquals([entry.lowWatermark, entry.error, done], [1, "NONE", false]);

  const late = new DeleteRecordsEntry({ topic: "t", partition: 0 }, 9);
  late.requestedOffset = 9;
  const waiting = new DelayedDeleteRecords([late], replicas.replicaManager.getPartition, () => {});
  assert(!waiting.canComplete());
  waiting.complete();
  assertEquals([late.error, late.lowWatermark], ["REQUEST_TIMED_OUT", 1]);
});
