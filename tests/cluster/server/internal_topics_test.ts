import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { creatableTopic } from "../../../cluster/server/internal_topics.ts";

const config = BrokerConfig.parse(quickStartProperties());

function settings(name: string) {
  const { numPartitions, replicationFactor, configs } = creatableTopic(name, config);
  return { numPartitions, replicationFactor, configs: configs.map((c) => `${c.name}=${c.value}`) };
}

Deno.test("a topic of a user has the defaults of the controller", () => {
  assertEquals(settings("orders"), { numPartitions: -1, replicationFactor: -1, configs: [] });
});

Deno.test("the cluster's own topics have their own settings", () => {
  assertEquals(settings("__consumer_offsets"), {
    numPartitions: 50,
    replicationFactor: 1,
    configs: ["cleanup.policy=compact", "compression.type=producer", "segment.bytes=104857600"],
  });
  assertEquals(settings("__transaction_state"), {
    numPartitions: 50,
    replicationFactor: 1,
    configs: [
      "unclean.leader.election.enable=false",
      "compression.type=uncompressed",
      "cleanup.policy=compact",
      "min.insync.replicas=1",
      "segment.bytes=104857600",
    ],
  });
  assertEquals(settings("__share_group_state").configs, [
    "cleanup.policy=delete",
    "compression.type=producer",
    "segment.bytes=104857600",
  ]);
});
