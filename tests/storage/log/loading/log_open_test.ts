import { assertEquals } from "@std/assert";
import { PartitionLog } from "../../../../storage/log/partition_log.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import {
  batchOf,
  contentOf,
  killedLog,
  LOG_DIRECTORY,
  logConfig,
  offsetsOf,
  openLog,
  reopenUnclean,
  SMALL,
  TEN,
} from "../../../support/partition_log.ts";

Deno.test("an empty directory becomes a log with one segment, which is where the log starts", () => {
  const env = manualEnv();
  const log = openLog(env, {}, { logStartOffset: 40 });
  assertEquals([log.logStartOffset, log.logEndOffset, log.highWatermark], [40, 40, 40]);
  assertEquals(log.segments.baseOffsets, [40]);
  log.appendAsLeader(batchOf(["v"]), 0);
  assertEquals(contentOf(log), ["40=v"]);
});

Deno.test("a load that is given up releases its files", () => {
  const env = manualEnv();
  killedLog(env);
  env.fileSystem.makeDirectory(`${LOG_DIRECTORY}/leader-epoch-checkpoint.tmp`);
  const load = PartitionLog.load({
    env,
    directory: LOG_DIRECTORY,
    topicPartition: { topic: "events", partition: 0 },
    config: logConfig(SMALL),
    hadCleanShutdown: false,
  });
  load.next();
  load.return(undefined as never);
  assertEquals(offsetsOf(reopenUnclean(env, SMALL)), TEN);
});
