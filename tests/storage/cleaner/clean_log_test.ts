import { assertEquals, assertRejects } from "@std/assert";
import { cleanLog } from "../../../storage/cleaner/clean_log.ts";
import { parseCleanerConfig } from "../../../storage/cleaner/cleaner_config.ts";
import {
  append,
  DAY_MS,
  entriesIn,
  keysIn,
  openCompactedLog,
  rollAndCommit,
} from "../../support/compacted_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("a log is cleaned however dirty it is, up to the active segment", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "min.cleanable.dirty.ratio": "1" });
  for (let i = 0; i < 10; i++) append(log, i % 2, i);
  rollAndCommit(log);
  append(log, 0, "active");
  const { endOffset, passes } = await cleanLog(env, log);
  assertEquals([endOffset, passes.length], [10, 1]);
  assertEquals(entriesIn(log), ["0=8", "1=9", "0=active"]);
  log.close();
});

Deno.test("passes follow each other when the map is small", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  for (let i = 0; i < 40; i++) append(log, i % 20, i);
  rollAndCommit(log);
  const config = parseCleanerConfig({ "log.cleaner.dedupe.buffer.size": String(24 * 10) });
  const { endOffset, passes } = await cleanLog(env, log, { config });
  assertEquals([endOffset, passes.length > 2], [40, true]);
  assertEquals(keysIn(log), Array.from({ length: 20 }, (_, i) => `${i}`));
  log.close();
});

Deno.test("cleaning on from where it ended, with nothing new, only lets time do its work", async () => {
  const env = manualEnv({ now: 1_700_000_000_000 });
  const log = openCompactedLog(env);
  append(log, "a", 1);
  append(log, "a", null);
  append(log, "b", 1);
  rollAndCommit(log);
  const { endOffset } = await cleanLog(env, log);
  assertEquals(entriesIn(log), ["a=null", "b=1"]);
  await env.clock.advance(DAY_MS);
  const again = await cleanLog(env, log, { firstDirtyOffset: endOffset });
  assertEquals(again.endOffset, endOffset);
  assertEquals(entriesIn(log), ["b=1"]);
  log.close();
});

Deno.test("min.compaction.lag.ms is kept to", async () => {
  const now = 1_700_000_000_000;
  const env = manualEnv({ now });
  const log = openCompactedLog(env, { "min.compaction.lag.ms": "1000" });
  append(log, "a", 1, now - 5000);
  append(log, "a", 2, now - 4000);
  log.roll();
  append(log, "a", 3, now - 500);
  rollAndCommit(log);
  assertEquals((await cleanLog(env, log)).endOffset, 2);
  assertEquals(entriesIn(log), ["a=2", "a=3"]);
  assertEquals((await cleanLog(env, log, { now: now + 600 })).endOffset, 3);
  assertEquals(entriesIn(log), ["a=3"]);
  log.close();
});

Deno.test("a signal stops it", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  append(log, "a", 1);
  rollAndCommit(log);
  await assertRejects(
    () => cleanLog(env, log, { signal: AbortSignal.abort() }),
    DOMException,
  );
  log.close();
});
