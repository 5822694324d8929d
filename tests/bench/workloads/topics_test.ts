import { assert, assertEquals } from "@std/assert";
import * as topics from "../../../bench/workloads/topics.ts";
import { Broker } from "../../../cluster/server/broker.ts";

Deno.test("the workloads over many topics run, at a small size", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await using broker = await Broker.start({ dir, port: 0 });
    const bootstrap = `127.0.0.1:${broker.endpoints[0]!.port}`;
    const options = { bootstrap, logDir: dir, prefix: "many", count: 20, aRequest: 7 };
    assert(await topics.makeTopics(options) > 0);
    assertEquals(broker.metadata.topics.byName.size, 20);
    await topics.produceToLast(options);
    assert(await topics.deleteTopics(options) > 0);
    assertEquals(broker.metadata.topics.byName.size, 0);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
