import { assert, assertEquals } from "@std/assert";
import { explainPartition, explanationText } from "../../../../storage/cli/log/explain.ts";
import { logTarget } from "../../../../storage/cli/log/partition_files.ts";
import { verifyPartition } from "../../../../storage/cli/log/verify_partition.ts";
import { parseLogConfig } from "../../../../storage/log/config/log_config.ts";
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

Deno.test("segments that are too old go, the first that is not stays", () => {
  const config = { "retention.ms": `${DAY}` };
  const all = explain("broker/multiseg-0", config, { now: NEWEST + 30 * DAY });
  assertEquals(all.deletion!.segments.map(({ baseOffset }) => baseOffset), [0, 115, 236]);
  const some = explain("broker/multiseg-0", config).deletion!;
  assertEquals([some.now, some.segments.map(({ baseOffset }) => baseOffset)], [true, [0]]);
});

Deno.test("what retention does not pass is respected", () => {
  const old = { now: NEWEST + 30 * DAY };
  const held = explain("broker/multiseg-0", { "retention.ms": "1" }, { ...old, highWatermark: 5 });
  assertEquals([held.deletion!.now, held.highWatermark], [false, 5]);
  const unlimited = explain("broker/multiseg-0", { "retention.ms": "-1" }, old);
  assertEquals(unlimited.deletion!.now, false);
  const future = explain("broker/multiseg-0", { "retention.ms": "1" }, { now: 1000 });
  assertEquals(future.deletion!.now, false);
  assert(future.warnings.length > 0);
});

Deno.test("size and log start offset delete too", () => {
  const bySize = explain("broker/multiseg-0", { "retention.ms": "-1", "retention.bytes": "15000" });
  assertEquals(bySize.deletion!.segments.map(({ baseOffset }) => baseOffset), [0]);
  const byStart = explain("broker/multiseg-0", { "retention.ms": "-1" }, { logStartOffset: 120 });
  assertEquals(byStart.deletion!.segments.map(({ baseOffset }) => baseOffset), [0]);
  assertEquals(byStart.logStartOffset, 120);
});

Deno.test("compaction needs compact, a dirty section, and enough of it", () => {
  const directory = "states/1-before-compaction/compacted-0";
  const config = { "cleanup.policy": "compact" };
  const reason = (...args: Parameters<typeof explain>) => explain(...args).compaction!.reason;
  assertEquals(reason(directory, {}), "not compacted");
  assertEquals(reason(directory, config), "dirty ratio reached");
  assertEquals(reason(directory, config, { cleanedUpTo: 267 }), "active segment");
  assertEquals(reason(directory, config, { cleanedUpTo: 244 }), "dirty ratio too low");
  assertEquals(
    reason(directory, { ...config, "max.compaction.lag.ms": "1000" }, {
      cleanedUpTo: 244,
      now: 1_895_400_000_000,
    }),
    "max.compaction.lag.ms passed",
  );
  assertEquals(explain(directory, config, { cleanedUpTo: 9999 }).warnings.length, 1);
});

Deno.test("an open transaction holds the last stable offset", () => {
  assertEquals(explain("broker/txn-open-0", {}).lastStableOffset, 14);
});

Deno.test("the metadata log goes by its snapshots", () => {
  const explanation = explain("broker/__cluster_metadata-0", { "retention.ms": "1" });
  assertEquals([explanation.deletion, explanation.compaction], [undefined, undefined]);
  assert(explanationText(explanation).includes("metadata.max.retention"));
});

Deno.test("the text has every answer on a line of its own", () => {
  const config = { "cleanup.policy": "compact,delete", "retention.ms": "1" };
  const lines = explanationText(explain("broker/multiseg-0", config)).split("\n");
  assertEquals(
    lines[0],
    "multiseg-0: cleanup.policy=compact,delete, offsets 0 to 254, high watermark 254, last stable offset 254",
  );
  assert(lines[1]!.startsWith("  segments are deleted now: "));
  assert(lines[2]!.startsWith("    Deleting segment"));
  assert(lines.some((line) => line.startsWith("  compacted now: ")));
});
