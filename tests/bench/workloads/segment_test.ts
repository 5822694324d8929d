import { assert, assertEquals } from "@std/assert";
import {
  batchIterationWorkload,
  indexLookupWorkload,
  openSegmentsWorkload,
  randomReadWorkload,
  rawAppendWorkload,
  rawReadWorkload,
  recoveryWorkload,
  segmentAppendWorkload,
  sequentialReadWorkload,
  timeIndexLookupWorkload,
  timestampSearchWorkload,
} from "../../../bench/workloads/segment.ts";

Deno.test("the workloads over a segment run, at a small size", async () => {
  const root = await Deno.makeTempDir();
  try {
    const shape = { records: 4, valueSize: 100 };
    const bytes = 3 << 20;
    for (const lookups of [indexLookupWorkload(3000), timeIndexLookupWorkload(3000)]) {
      assert(lookups.step() > 0);
    }
    const workloads = {
      append: segmentAppendWorkload(`${root}/append`, shape),
      rawAppend: rawAppendWorkload(`${root}/raw-append`, shape),
      sequential: sequentialReadWorkload(`${root}/sequential`, shape, bytes),
      iteration: batchIterationWorkload(`${root}/iteration`, shape, bytes),
      rawRead: rawReadWorkload(`${root}/raw-read`, bytes),
      random: randomReadWorkload(`${root}/random`, shape, bytes),
      timestamp: timestampSearchWorkload(`${root}/timestamp`, shape, bytes),
      recovery: recoveryWorkload(`${root}/recovery`, shape, bytes),
      open: openSegmentsWorkload(`${root}/open`, 5),
    };
    assertEquals([workloads.append.step(), workloads.append.step()], [4, 8]);
    workloads.rawAppend.step();
    assertEquals(workloads.sequential.step(), workloads.sequential.bytes);
    assert(workloads.iteration.step() > 0);
    assertEquals(workloads.rawRead.step(), bytes);
    for (let i = 0; i < 100; i++) {
      assertEquals(workloads.random.step(), workloads.random.bytes);
      assert(workloads.timestamp.step() >= 0);
    }
    assertEquals(workloads.recovery.step(), 0);
    assert(workloads.open.step() > 0);
    for (const workload of Object.values(workloads)) workload.close();
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
