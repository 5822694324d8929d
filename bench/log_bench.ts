/**
 * Registers the workloads over a whole log. `BENCH_DIR` is where its files go; `compare.ts` has the large ones, beside their peers.
 *
 * @module
 */

import { batchPool, fill, openLog, readBatches, readRecords } from "./workloads/log.ts";

const root = Deno.makeTempDirSync({ dir: Deno.env.get("BENCH_DIR") ?? "/tmp" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

for (const [count, size] of [[16, 1024], [150, 100]] as const) {
  const shape = `${count} x ${size} B`;
  const [batch] = batchPool(count, size) as [Uint8Array];
  const log = openLog(`${root}/append-${count}`, { configs: { "segment.bytes": "67108864" } });
  Deno.bench(`append a batch of ${shape} as leader`, () => {
    batch.fill(0, 0, 8);
    log.appendAsLeader(batch, 0);
    // The bench goes on for as long as it likes; the disk does not.
    if (log.size > 256 << 20) log.truncateFullyAndStartAt(log.logEndOffset);
    if (log.nextPendingFileDueMs !== undefined) log.deletePendingFiles(Infinity);
  });
  const filled = fill(`${root}/read-${count}`, count, size, 16 << 20);
  const target = new Uint8Array(1 << 20);
  let offset = 0;
  Deno.bench(`read the batch of ${shape} that holds an offset`, () => {
    offset = (offset + 7919) % filled.logEndOffset;
    filled.read(offset, { maxBytes: 1, isolation: "log_end" }).readInto(target, 0);
  });
  Deno.bench(`read 16 MiB as batches of ${shape}`, () => void readBatches(filled));
  Deno.bench(`read 16 MiB as records of ${shape}`, () => void readRecords(filled));
}
