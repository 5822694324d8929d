/**
 * Registers the workloads of the cleaner. The log of a compaction is filled anew for every round, outside the time; with
 * `SEGLOG_BENCH_RECORDS` it has that many records, 100,000 by default.
 *
 * @module
 */

import {
  cleanOnce,
  type CompactionShape,
  fillForCompaction,
  hashKeys,
  mapKeys,
} from "./workloads/cleaner.ts";

const records = Number(Deno.env.get("SEGLOG_BENCH_RECORDS") ?? 100_000);
const root = Deno.makeTempDirSync({ prefix: "seglog-bench-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

function registerCompaction(name: string, shape: CompactionShape): void {
  let round = 0;
  Deno.bench({
    group: "compaction",
    name: `compact ${name}`,
    n: 5,
    warmup: 1,
    async fn(bench) {
      const directory = `${root}/${name.replaceAll(/\W+/g, "-")}-${round++}-0`;
      const log = fillForCompaction(directory, shape);
      bench.start();
      await cleanOnce(log);
      bench.end();
      log.close();
      Deno.removeSync(directory, { recursive: true });
    },
  });
}

const small = { keys: records / 10, valueSize: 100, records };
registerCompaction("100 B values", small);
registerCompaction("100 B values, a timestamp each", { ...small, timestamps: true });
registerCompaction("1 KiB values, as many keys as records", {
  keys: records,
  valueSize: 1024,
  records,
});
registerCompaction("100 B values, lz4", { ...small, compression: "lz4" });
registerCompaction("100 B values, zstd", { ...small, compression: "zstd" });
registerCompaction("100 B values, a batch each", { ...small, batchSize: 1, records: records / 10 });

for (const size of [8, 16, 64, 1024]) {
  Deno.bench({
    group: "hash",
    name: `hash a key of ${size} bytes, 1000 times`,
    fn: () => void hashKeys(size, 1000),
  });
}
Deno.bench({
  group: "map",
  name: "put and get 100,000 keys",
  fn: () => void mapKeys(24 * 200_000, 100_000),
});
