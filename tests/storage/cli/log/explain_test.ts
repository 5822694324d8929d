import { assert, assertEquals } from "@std/assert";
import { explainPartition } from "../../../../storage/cli/log/explain.ts";
import { logTarget } from "../../../../storage/cli/log/partition_files.ts";
import { verifyPartition } from "../../../../storage/cli/log/verify_partition.ts";
import { parseLogConfig } from "../../../../storage/log/log_config.ts";
import { copyOfFixtures } from "../cli_support.ts";

const DAY = 86_400_000;
/** The newest record of `multiseg-0`. */
const NEWEST = 1743560925758;

function explain(
  directory: string,
  config: Readonly<Record<string, string>>,
  options: {
    now?: number;
    highWatermark?: number;
    cleanedUpTo?: number;
    logStartOffset?: number;
  } = {},
) {
  const fileSystem = copyOfFixtures(directory);
  const [partition] = logTarget(fileSystem, `/${directory}`).partitions;
  const finding = verifyPartition(partition!, { fileSystem, isDeep: false, checksAll: false });
  return explainPartition({
    finding,
    config: parseLogConfig(config),
    now: options.now ?? NEWEST,
    logStartOffset: options.logStartOffset,
    highWatermark: options.highWatermark,
    cleanedUpTo: options.cleanedUpTo,
  });
}

Deno.test("segments that are too old go, the first that is not stays and says when it goes", () => {
  const config = { "retention.ms": `${DAY}` };
  const all = explain("broker/multiseg-0", config, { now: NEWEST + 30 * DAY });
  assertEquals(all.deletes.map(({ baseOffset }) => baseOffset), [0, 115, 236]);
  assertEquals(all.keeps, "no segment stays");
  const some = explain("broker/multiseg-0", config);
  assert(some.deletes.length > 0 && some.deletes.length < 3);
  assert(/retention\.ms=86400000 lets it go in [\d.]+ (h|d|min)/.test(some.keeps), some.keeps);
});

Deno.test("what retention does not pass is named", () => {
  const old = { now: NEWEST + 30 * DAY };
  const held = explain("broker/multiseg-0", { "retention.ms": "1" }, { ...old, highWatermark: 5 });
  assertEquals(held.deletes, []);
  assertEquals(
    held.keeps,
    "segment 0 reaches above the high watermark 5, which retention never passes",
  );
  const compact = explain("broker/multiseg-0", { "cleanup.policy": "compact" }, old);
  assertEquals(compact.keeps, "cleanup.policy has no delete: segments go only below the log start");
  const unlimited = explain("broker/multiseg-0", { "retention.ms": "-1" }, old);
  assertEquals(unlimited.keeps, "retention.ms=-1 sets no age; retention.bytes=-1 sets no size");
  const future = explain("broker/multiseg-0", { "retention.ms": "1" }, { now: 1000 });
  assert(future.keeps.includes("in the future"), future.keeps);
  assert(future.warnings.length > 0);
});

Deno.test("size and log start offset delete too", () => {
  const bySize = explain("broker/multiseg-0", { "retention.ms": "-1", "retention.bytes": "15000" });
  assertEquals(bySize.deletes.map(({ baseOffset }) => baseOffset), [0]);
  assert(bySize.keeps.includes("would be below retention.bytes=15000"), bySize.keeps);
  const byStart = explain("broker/multiseg-0", { "retention.ms": "-1" }, { logStartOffset: 120 });
  assertEquals(byStart.deletes.map(({ baseOffset }) => baseOffset), [0]);
  assertEquals(byStart.logStartOffset, 120);
});

Deno.test("cleaning needs compact, a dirty section, and enough of it", () => {
  const directory = "states/1-before-compaction/compacted-0";
  const config = { "cleanup.policy": "compact" };
  assertEquals(explain(directory, {}).cleaning, "cleanup.policy has no compact");
  const dirty = explain(directory, config);
  assertEquals(dirty.cleansNow, true);
  assert(dirty.cleaning.startsWith("dirty ratio 1.000 is above min.cleanable.dirty.ratio=0.5"));
  const clean = explain(directory, config, { cleanedUpTo: 267 });
  assertEquals(clean.cleansNow, false);
  assert(
    clean.cleaning.startsWith("nothing can be cleaned: the section ends at the active segment"),
  );
  const little = explain(directory, config, { cleanedUpTo: 244 });
  assert(/^dirty ratio 0\.\d+ is not above min.cleanable.dirty.ratio=0.5/.test(little.cleaning));
  const late = explain(directory, { ...config, "max.compaction.lag.ms": "1000" }, {
    cleanedUpTo: 244,
    now: 1_895_400_000_000,
  });
  assert(late.cleansNow && late.cleaning.startsWith("max.compaction.lag.ms is over by"));
  const wrong = explain(directory, config, { cleanedUpTo: 9999 });
  assertEquals(wrong.warnings.length, 1);
});

Deno.test("an open transaction holds the last stable offset", () => {
  assertEquals(explain("broker/txn-open-0", {}).lastStableOffset, 14);
});
