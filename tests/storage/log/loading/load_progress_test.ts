import { assert, assertEquals } from "@std/assert";
import { drain } from "../../../../storage/log/loading/load_progress.ts";
import { PartitionLog } from "../../../../storage/log/partition_log.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { killedLog, LOG_DIRECTORY, logConfig, SMALL } from "../../../support/partition_log.ts";

Deno.test("loading goes in slices and tells what it has done", () => {
  const env = manualEnv();
  killedLog(env);
  const load = PartitionLog.load({
    env,
    directory: LOG_DIRECTORY,
    topicPartition: { topic: "events", partition: 0 },
    config: logConfig(SMALL),
    hadCleanShutdown: false,
  });
  let [bytes, segments, slices] = [0, 0, 0];
  for (;;) {
    const step = load.next();
    if (step.done) break;
    bytes += step.value.bytes;
    segments += step.value.segments;
    slices++;
  }
  assertEquals(segments, 4);
  assert(bytes >= 1000 && slices >= 4);
});

Deno.test("draining a generator gives its result", () => {
  assertEquals(
    drain((function* () {
      yield 1;
      return "done";
    })()),
    "done",
  );
});
