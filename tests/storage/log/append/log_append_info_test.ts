import { assertEquals } from "@std/assert";
import { buildBatch } from "../../../../storage/record/record_batch_builder.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { batchOf, bytesOf, openLog, readRecords } from "../../../support/partition_log.ts";

Deno.test("an append answers with its maximum timestamp, and without a log append time for CreateTime", () => {
  const log = openLog(manualEnv());
  const records = buildBatch([{ timestamp: 5, value: bytesOf("a") }, { timestamp: 9 }, {
    timestamp: 7,
  }]);
  const info = log.appendAsLeader(records, 0);
  assertEquals([info.maxTimestamp, info.logAppendTime], [9, -1]);
});

Deno.test("with LogAppendTime every record gets the time of the append", () => {
  const env = manualEnv({ now: 123_456 });
  const log = openLog(env, { "message.timestamp.type": "LogAppendTime" });
  const info = log.appendAsLeader(batchOf(["a", "b"], { timestamp: 1 }), 0);
  assertEquals([info.maxTimestamp, info.logAppendTime], [123_456, 123_456]);
  assertEquals(readRecords(log).map((record) => record.timestamp), [123_456, 123_456]);
});
