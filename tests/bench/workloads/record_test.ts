import { assert } from "@std/assert";
import * as record from "../../../bench/workloads/record.ts";
import * as validator from "../../../bench/workloads/validator.ts";

const shape = { records: 5, valueSize: 50 };

Deno.test("the workloads over batches run, at a small size", () => {
  for (
    const workload of [
      record.crc32cWorkload(1000),
      record.decodeWorkload(shape, "none"),
      record.decodeWorkload(shape, "value"),
      record.decodeWorkload(shape, "all"),
      record.cursorWorkload(shape),
      record.encodeWorkload(shape),
      record.compressWorkload("lz4", shape),
      record.decompressWorkload("lz4", shape),
    ]
  ) {
    workload.step();
    assert(workload.bytes > 0);
  }
});

Deno.test("the workloads of the validator run, at a small size", () => {
  for (
    const workload of [
      validator.validateWorkload(shape),
      validator.validateWorkload(shape, "zstd"),
      validator.checksumWorkload(shape),
      validator.producerStateWorkload(3),
    ]
  ) {
    workload.step();
  }
});
