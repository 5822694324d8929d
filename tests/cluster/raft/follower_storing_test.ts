import { assertEquals } from "@std/assert";
import type { FollowerOutput } from "../../../cluster/raft/follower_log.ts";
import { FollowerStoring } from "../../../cluster/raft/follower_storing.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { CollectingLogger } from "../../support/manual_env.ts";
import { RecordedSteps } from "./recorded_steps.ts";

const OUTPUT: FollowerOutput = { type: "truncate", offset: 3 };
const stored = (isStored: boolean) => ({ type: "stored" as const, isStored });

function storing(apply: () => Promise<void> | "done" | undefined) {
  const logger = new CollectingLogger();
  const steps = new RecordedSteps();
  const log = { directory: "/d", highWatermark: 5 };
  let closed = 0, told = 0;
  const own = new FollowerStoring({
    logger,
    log,
    follower: { apply, close: () => void closed++ },
    steps,
    onCommitted: () => void told++,
  });
  return { own, steps, log, logger, counts: () => ({ closed, told }) };
}

Deno.test("the replica is told once something is stored, where it waits for that", async () => {
  const flushed = Promise.withResolvers<void>();
  const results = ["done" as const, undefined, flushed.promise];
  const { own, steps, counts } = storing(() => results.shift());
  own.store(OUTPUT);
  assertEquals(steps.inputs, [stored(true)]);
  own.store(OUTPUT);
  own.store(OUTPUT);
  await Promise.resolve();
  assertEquals(steps.inputs.length, 1);
  flushed.resolve();
  await own.settled();
  assertEquals(steps.inputs, [stored(true), stored(true)]);
  own.close();
  assertEquals(counts(), { closed: 1, told: 0 });
});

Deno.test("a snapshot that moves the high watermark is told before it counts as stored", async () => {
  const { own, log, counts } = storing(() =>
    Promise.resolve().then(() => void (log.highWatermark = 9))
  );
  own.store(OUTPUT);
  await own.settled();
  assertEquals(counts().told, 1);
});

Deno.test("what cannot follow on the log is refused, at once or later", async () => {
  const bad = new CorruptRecordError("not the log's end");
  const results = [() => {
    throw bad;
  }, () => Promise.reject(bad)];
  const { own, steps, logger } = storing(() => results.shift()!());
  own.store(OUTPUT);
  own.store(OUTPUT);
  await own.settled();
  assertEquals(steps.inputs, [stored(false), stored(false)]);
  assertEquals([steps.failures, logger.matching("Failed to take over").length], [[], 2]);
});

Deno.test("a flush that fails is the end of the log", async () => {
  const error = new Error("EIO");
  const { own, steps } = storing(() => Promise.reject(error));
  own.store(OUTPUT);
  await own.settled();
  assertEquals([steps.failures, steps.inputs], [[error], []]);
});

Deno.test("what is dropped is told when the step is over, and nothing once all is stopped", async () => {
  const { own, steps } = storing(() => "done");
  own.drop();
  assertEquals(steps.inputs, []);
  await Promise.resolve();
  assertEquals(steps.inputs, [stored(false)]);
  steps.isStopped = true;
  own.store(OUTPUT);
  assertEquals(steps.inputs.length, 1);
});
