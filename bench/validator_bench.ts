/**
 * Registers the workloads over validation and producer state.
 *
 * @module
 */

import {
  checksumWorkload,
  producerStateWorkload,
  validateWorkload,
} from "./workloads/validator.ts";

const shapes = [
  ["16 x 1 KiB", { records: 16, valueSize: 1024 }],
  ["150 x 100 B", { records: 150, valueSize: 100 }],
] as const;

for (const [name, shape] of shapes) {
  const group = `validate ${name}`;
  const checksum = checksumWorkload(shape);
  Deno.bench({
    group,
    name: `checksum alone, ${name}`,
    baseline: true,
    fn: () => void checksum.step(),
  });
  for (const type of ["none", "lz4", "zstd"] as const) {
    const validate = validateWorkload(shape, type);
    Deno.bench({ group, name: `validate ${name}, ${type}`, fn: () => void validate.step() });
  }
}
for (const producers of [1, 1000]) {
  const state = producerStateWorkload(producers);
  Deno.bench({ name: `producer state, ${producers} producers`, fn: () => void state.step() });
}
