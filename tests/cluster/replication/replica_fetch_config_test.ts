import { assertEquals } from "@std/assert";
import { replicaFetchConfig } from "../../../cluster/replication/replica_fetch_config.ts";
import { TestConfig } from "../../support/replicas.ts";

Deno.test("fetchers see the configs as they are", () => {
  const config = new TestConfig([]);
  const defaults = replicaFetchConfig(config);
  assertEquals(defaults, {
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 10_485_760,
    partitionMaxBytes: 1_048_576,
    backoffMs: 1000,
  });
  config.change("replica.fetch.max.bytes", 5);
  assertEquals(replicaFetchConfig(config), { ...defaults, partitionMaxBytes: 5 });
});
