import { assert, assertEquals, assertThrows } from "@std/assert";
import { errorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { apisOf } from "../../../client/protocol/api_keys.ts";
import { alterConfigs } from "../../../client/protocol/messages/alter_configs.ts";
import { apiVersions } from "../../../client/protocol/messages/api_versions.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { incrementalAlterConfigs } from "../../../client/protocol/messages/incremental_alter_configs.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { ConfigStore } from "../../../cluster/config/config_store.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import type { ControllerDriver } from "../../../cluster/controller/controller_driver.ts";
import type { RaftDriver } from "../../../cluster/raft/raft_driver.ts";
import { controllerHandlers } from "../../../cluster/server/controller_handlers.ts";
import type { RuntimeLoggerManager } from "../../../cluster/server/runtime_logger_manager.ts";
import { startWithController } from "../../support/broker.ts";
import { call } from "../../support/handler_call.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { imageOf } from "../../support/metadata_image.ts";
import type { TestClient } from "../../support/test_client.ts";

const [TOPIC, BROKER, BROKER_LOGGER] = [2, 4, 8] as const;

const software = { clientSoftwareName: "test", clientSoftwareVersion: "1" };

Deno.test("a controller's listener announces the controller's APIs, and no broker's", async () => {
  await using started = await startWithController();
  const { controller, client } = started;
  const keysOf = async (asked: TestClient) =>
    (await asked.call(apiVersions, 4, software)).apiKeys.map(({ apiKey }) => apiKey);
  const keys = await keysOf(controller);
  const known = new Set(apisOf("controller").map(({ key }) => key));
  assertEquals(keys.filter((key) => !known.has(key)), []);
  assertEquals(keys, [
    ...[
      1,
      18,
      19,
      20,
      32,
      33,
      37,
      43,
      44,
      45,
      46,
      52,
      53,
      54,
      55,
      56,
      57,
      58,
      59,
      60,
      62,
      63,
      64,
      67,
      70,
      73,
    ],
  ]);
  const ofBroker = await keysOf(client);
  assertEquals([ofBroker.includes(67), ofBroker.includes(3)], [false, true]);
});

Deno.test("a request that is for brokers ends its connection, and is told of", async () => {
  await using started = await startWithController();
  const { controller, env } = started;
  await controller.send(metadata, 12, {});
  assertEquals(await controller.receive(), undefined);
  const [line] = env.logger.matching("Closed a connection for an invalid request");
  assert(`${line!.fields["reason"]}`.includes("disabled api with key 3 (Metadata)"));
});

Deno.test("DescribeCluster tells the controllers, at the ports that they got", async () => {
  await using started = await startWithController();
  const { controller, client, endpoint, broker } = started;
  const told = await controller.call(describeCluster, 2, { endpointType: 2 });
  assertEquals(
    told.brokers.map(({ brokerId, host, port }) => [brokerId, host, port]),
    [[1, "localhost", endpoint.port]],
  );
  assertEquals([told.clusterId, told.controllerId], [broker.clusterId, 1]);
  const wrong = await controller.call(describeCluster, 2, { endpointType: 1 });
  assertEquals(
    wrong.errorMessage,
    "The request was sent to an endpoint of type CONTROLLER, but we wanted an endpoint of type BROKER",
  );
  const other = await client.call(describeCluster, 2, { endpointType: 2 });
  assertEquals(errorName(other.errorCode), "MISMATCHED_ENDPOINT_TYPE");
});

Deno.test("topics are made, and configs changed, through the controller", async () => {
  await using started = await startWithController();
  const { controller, broker } = started;
  const { topics } = await controller.call(createTopics, 7, {
    topics: [{ name: "t", numPartitions: 2, replicationFactor: 1 }],
    timeoutMs: 1000,
  });
  assertEquals(topics[0]!.errorCode, 0);
  const change = (resourceType: number, resourceName: string, name: string, value: string) => ({
    resourceType,
    resourceName,
    configs: [{ name, configOperation: 0, value }],
  });
  const { responses } = await controller.call(incrementalAlterConfigs, 1, {
    resources: [
      change(TOPIC, "t", "retention.ms", "5000"),
      change(BROKER, "1", "max.connections", "77"),
      change(BROKER_LOGGER, "1", "kafka.log.LogManager", "ERROR"),
      change(TOPIC, "twice", "retention.ms", "1"),
      change(TOPIC, "twice", "retention.ms", "1"),
      change(99, "x", "y", "z"),
    ],
  });
  assertEquals(
    responses.map(({ errorCode, errorMessage }) => [errorName(errorCode), errorMessage]),
    [
      ["NONE", null],
      ["NONE", null],
      ["NONE", null],
      ["INVALID_REQUEST", "Duplicate resource."],
      ["INVALID_REQUEST", "Duplicate resource."],
      ["UNSUPPORTED_VERSION", "Unknown resource type 99."],
    ],
  );
  assertEquals(broker.metadata.configs.of(TOPIC, "t").get("retention.ms"), "5000");
  assertEquals(broker.config.int("max.connections"), 77);
  const replaced = await controller.call(alterConfigs, 2, {
    resources: [{
      resourceType: TOPIC,
      resourceName: "t",
      configs: [{ name: "segment.ms", value: "9" }],
    }],
  });
  assertEquals(replaced.responses[0]!.errorCode, 0);
  assertEquals([...broker.metadata.configs.of(TOPIC, "t")], [["segment.ms", "9"]]);
});

Deno.test("a cluster of a version without registered controllers has no clients of controllers", () => {
  const config = BrokerConfig.parse(quickStartProperties());
  const image = imageOf();
  const handlers = controllerHandlers({
    connections: { heard() {} },
    env: manualEnv(),
    config,
    configStore: new ConfigStore({ config, repository: () => image.configs }),
    loggers: {} as RuntimeLoggerManager,
    clusterId: "cluster",
    controller: { image, isActive: true } as ControllerDriver,
    raft: {} as RaftDriver,
  });
  const handler = handlers.find(({ api }) => api.key === describeCluster.key)!;
  const error = assertThrows(() => call(handler, 2, { endpointType: 2 }), KafkaError);
  assertEquals([error.code, error.message], [
    "UNSUPPORTED_VERSION",
    "Direct-to-controller communication is not supported with the current MetadataVersion.",
  ]);
});
