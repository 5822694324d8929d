import { assert, assertEquals } from "@std/assert";
import { apiVersions } from "../../../client/protocol/messages/api_versions.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { startBroker } from "../../support/broker.ts";

Deno.test("ApiVersions announces the APIs that have a handler, in order, and nothing else", async () => {
  await using started = await startBroker();
  const { apiKeys } = await started.client.call(apiVersions, 4, {
    clientSoftwareName: "test",
    clientSoftwareVersion: "1",
  });
  const keys = apiKeys.map(({ apiKey }) => apiKey);
  assertEquals(keys, [...keys].sort((a, b) => a - b));
  for (const key of [0, 1, 2, 3, 18, 19, 20, 21, 22, 23, 32, 33, 34, 35, 37, 44, 60, 61, 74, 75]) {
    assert(keys.includes(key), `API ${key}`);
  }
  // Groups, offsets and transactions.
  for (const key of [8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27, 28, 42, 47, 65, 66]) {
    assert(keys.includes(key), `API ${key}`);
  }
  // SASL, access control and the later group protocols are not here yet.
  for (const key of [17, 29, 30, 31, 36, 68, 69, 76, 77]) {
    assert(!keys.includes(key), `${key}`);
  }
});

Deno.test("clients are told where the broker is, with the port that it got", async () => {
  await using started = await startBroker();
  const { brokers, controllerId, clusterId } = await started.client.call(describeCluster, 2, {});
  const { port } = started.broker.address;
  assertEquals(brokers.map(({ brokerId, host, port }) => [brokerId, host, port]), [
    [1, "localhost", port],
  ]);
  assertEquals([controllerId, clusterId], [1, started.broker.clusterId]);
});
