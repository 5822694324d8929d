/**
 * Registers the workloads over record batches.
 *
 * @module
 */

import {
  compressWorkload,
  crc32cWorkload,
  cursorWorkload,
  decodeWorkload,
  decompressWorkload,
  encodeWorkload,
  type Workload,
} from "./workloads/record.ts";

const small = { records: 150, valueSize: 100 };
const large = { records: 16, valueSize: 1024 };

function register(group: string, name: string, workload: Workload): void {
  Deno.bench({ group, name, fn: () => void workload.step() });
}

for (const bytes of [64, 256, 1024, 16 * 1024, 1024 * 1024]) {
  register("crc32c", `crc32c of ${bytes} bytes`, crc32cWorkload(bytes));
}
for (const [name, shape] of [["150 x 100 B", small], ["16 x 1 KiB", large]] as const) {
  register("decode", `decode ${name}`, decodeWorkload(shape, "none"));
  register("decode", `decode ${name}, values`, decodeWorkload(shape, "value"));
  register("decode", `decode ${name}, keys, values, headers`, decodeWorkload(shape, "all"));
  register("decode", `cursor over ${name}`, cursorWorkload(shape));
  register("encode", `encode ${name}`, encodeWorkload(shape));
}
for (const type of ["gzip", "snappy", "lz4", "zstd"] as const) {
  for (const [name, shape] of [["150 x 100 B", small], ["16 x 1 KiB", large]] as const) {
    register(`compress ${name}`, `compress ${name}, ${type}`, compressWorkload(type, shape));
    register(`decompress ${name}`, `decompress ${name}, ${type}`, decompressWorkload(type, shape));
  }
}
