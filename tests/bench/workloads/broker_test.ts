import { assert, assertEquals } from "@std/assert";
import * as broker from "../../../bench/workloads/broker.ts";
import { batchPool } from "../../../bench/workloads/log.ts";

for (const network of ["memory", "tcp"] as const) {
  Deno.test(`the workloads over a broker run, at a small size: ${network}`, async () => {
    const dir = await Deno.makeTempDir();
    try {
      await broker.startToFirstRecord({ network });
      await using opened = await broker.openBroker({ dir: `${dir}/one`, network });
      const [batch] = batchPool(4, 100) as [Uint8Array];
      await opened.produce(batch);
      assertEquals(await opened.fetch(1 << 20), batch.length);
      const cost = await broker.manyTopics({ dir: `${dir}/many`, network }, 20, 7);
      for (const [name, ms] of Object.entries(cost)) assert(ms > 0, `${name}: ${ms}`);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}
