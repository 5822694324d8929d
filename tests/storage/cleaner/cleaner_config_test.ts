import { assertEquals, assertThrows } from "@std/assert";
import {
  CLEANER_CONFIGS,
  parseCleanerConfig,
  validateCleanerReconfiguration,
} from "../../../storage/cleaner/cleaner_config.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

Deno.test("the defaults are Kafka's", () => {
  assertEquals(parseCleanerConfig(), {
    numThreads: 1,
    dedupeBufferSize: 128 * 1024 * 1024,
    dedupeBufferLoadFactor: 0.9,
    ioBufferSize: 512 * 1024,
    maxIoBytesPerSecond: Number.MAX_VALUE,
    backoffMs: 15_000,
    retryBackoffMs: 60_000,
    retryBackoffMaxMs: 3_600_000,
  });
  assertEquals(CLEANER_CONFIGS.filter((each) => each.seglog).map((each) => each.name), [
    "seglog.cleaner.retry.backoff.ms",
    "seglog.cleaner.retry.backoff.max.ms",
  ]);
});

Deno.test("values come from the broker's properties and are checked", () => {
  const config = parseCleanerConfig({
    "log.cleaner.threads": "3",
    "log.cleaner.io.max.bytes.per.second": "1e6",
    "something.else": "x",
  });
  assertEquals([config.numThreads, config.maxIoBytesPerSecond], [3, 1e6]);
  assertThrows(() => parseCleanerConfig({ "log.cleaner.threads": "-1" }), InvalidConfigError);
  assertThrows(() => parseCleanerConfig({ "log.cleaner.backoff.ms": "soon" }), InvalidConfigError);
});

Deno.test("the number of cleaners at most halves or doubles", () => {
  const config = (threads: number) =>
    parseCleanerConfig({ "log.cleaner.threads": String(threads) });
  validateCleanerReconfiguration(config(4), config(2));
  validateCleanerReconfiguration(config(4), config(8));
  for (const [from, to] of [[4, 1], [4, 9], [1, 0]] as const) {
    assertThrows(
      () => validateCleanerReconfiguration(config(from), config(to)),
      InvalidConfigError,
      "Log cleaner threads",
    );
  }
});
