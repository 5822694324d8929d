/**
 * Registers the workloads over a segment. With `SEGLOG_BENCH_MIB` the files have that size, 64 MiB by default.
 *
 * @module
 */

import {
  batchIterationWorkload,
  indexLookupWorkload,
  openSegmentsWorkload,
  randomReadWorkload,
  rawAppendWorkload,
  rawReadWorkload,
  recoveryWorkload,
  segmentAppendWorkload,
  type SegmentWorkload,
  sequentialReadWorkload,
  timeIndexLookupWorkload,
  timestampSearchWorkload,
} from "./workloads/segment.ts";

const bytes = Number(Deno.env.get("SEGLOG_BENCH_MIB") ?? 64) * 1024 * 1024;
const root = Deno.makeTempDirSync({ prefix: "seglog-bench-" });
const made: SegmentWorkload[] = [];
globalThis.addEventListener("unload", () => {
  for (const workload of made) workload.close();
  Deno.removeSync(root, { recursive: true });
});

/** Makes the input with the first step, so that a bench that is filtered out makes none. */
function register(
  group: string,
  name: string,
  make: (directory: string) => SegmentWorkload,
  baseline = false,
): void {
  let workload: SegmentWorkload | undefined;
  Deno.bench({
    group,
    name,
    baseline,
    fn() {
      if (workload === undefined) made.push(workload = make(`${root}/${made.length}`));
      workload.step();
    },
  });
}

const shapes = [
  ["16 x 1 KiB", { records: 16, valueSize: 1024 }],
  ["150 x 100 B", { records: 150, valueSize: 100 }],
  ["1 x 1 KiB", { records: 1, valueSize: 1024 }],
] as const;

for (const entries of [1000, 1_000_000]) {
  const offsets = indexLookupWorkload(entries);
  const times = timeIndexLookupWorkload(entries);
  Deno.bench(`1,000 offset index lookups in ${entries} entries`, () => void offsets.step());
  Deno.bench(`1,000 time index lookups in ${entries} entries`, () => void times.step());
}
for (const [name, shape] of shapes) {
  const append = `append ${name}`;
  register(append, `raw writeSync, ${name}`, (at) => rawAppendWorkload(at, shape), true);
  register(append, `append, ${name}`, (at) => segmentAppendWorkload(at, shape));
  register("one batch", `random read, ${name}`, (at) => randomReadWorkload(at, shape, bytes));
  register("one batch", `by timestamp, ${name}`, (at) => timestampSearchWorkload(at, shape, bytes));
}
const shape = shapes[0][1];
register("read all", "raw readSync, 1 MiB each", (at) => rawReadWorkload(at, bytes), true);
register("read all", "by offset, 1 MiB each", (at) => sequentialReadWorkload(at, shape, bytes));
register("read all", "batch by batch", (at) => batchIterationWorkload(at, shape, bytes));
register("read all", "recovery", (at) => recoveryWorkload(at, shape, bytes));
register("open", "open and close 1,000 segments", (at) => openSegmentsWorkload(at, 1000));
