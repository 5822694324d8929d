/**
 * Registers the workloads over a whole broker. `BENCH_DIR` is where its files go.
 *
 * @module
 */

import { manyTopics, openBroker, startToFirstRecord } from "./workloads/broker.ts";
import { batchPool } from "./workloads/log.ts";

const root = Deno.makeTempDirSync({ dir: Deno.env.get("BENCH_DIR") ?? "/tmp" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

let directories = 0;
const newDirectory = () => `${root}/${directories++}`;

Deno.bench("start, topic, first record, stop: all in memory", async () => {
  await startToFirstRecord({ network: "memory" });
});
Deno.bench("start, topic, first record, stop: disk and TCP", async () => {
  await startToFirstRecord({ dir: newDirectory(), network: "tcp" });
});
for (const count of [100, 1000]) {
  Deno.bench(
    `${count} topics: made in requests of 500, stop, start, deleted; disk and TCP`,
    async () => {
      await manyTopics({ dir: newDirectory(), network: "tcp" }, count);
    },
  );
}

const [record] = batchPool(1, 100) as [Uint8Array];
const [batch] = batchPool(16, 1024) as [Uint8Array];
for (const network of ["memory", "tcp"] as const) {
  const broker = await openBroker({ dir: newDirectory(), network });
  Deno.bench(`produce 1 x 100 B and wait, ${network}`, async () => await broker.produce(record));
  const filled = await openBroker({ dir: newDirectory(), network });
  for (let i = 0; i < 80; i++) await filled.produce(batch);
  Deno.bench(`fetch 1 MiB, ${network}`, async () => void await filled.fetch(1 << 20));
}
