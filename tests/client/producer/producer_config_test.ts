import { assertEquals, assertThrows } from "@std/assert";
import { ClientConfig } from "../../../client/config/client_config.ts";
import {
  CONFIGS_WITHOUT_EFFECT,
  PRODUCER_CONFIGS,
} from "../../../client/producer/producer_config.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

/** Defaults of Kafka 4.3.1, as `ProducerConfig.configDef()` has them. */
const defaults: Readonly<Record<string, string | null>> = {
  "client.dns.lookup": "use_all_dns_ips",
  "buffer.memory": "33554432",
  "retries": "2147483647",
  "acks": "all",
  "compression.type": "none",
  "compression.gzip.level": "-1",
  "compression.lz4.level": "9",
  "compression.zstd.level": "3",
  "batch.size": "16384",
  "partitioner.adaptive.partitioning.enable": "true",
  "partitioner.availability.timeout.ms": "0",
  "partitioner.ignore.keys": "false",
  "linger.ms": "5",
  "delivery.timeout.ms": "120000",
  "client.id": "",
  "send.buffer.bytes": "131072",
  "receive.buffer.bytes": "32768",
  "max.request.size": "1048576",
  "reconnect.backoff.ms": "50",
  "reconnect.backoff.max.ms": "1000",
  "retry.backoff.ms": "100",
  "retry.backoff.max.ms": "1000",
  "enable.metrics.push": "true",
  "max.block.ms": "60000",
  "request.timeout.ms": "30000",
  "metadata.max.age.ms": "300000",
  "metadata.max.idle.ms": "300000",
  "metrics.sample.window.ms": "30000",
  "metrics.num.samples": "2",
  "metrics.recording.level": "INFO",
  "max.in.flight.requests.per.connection": "5",
  "socket.connection.setup.timeout.ms": "10000",
  "socket.connection.setup.timeout.max.ms": "30000",
  "connections.max.idle.ms": "540000",
  "partitioner.class": null,
  "interceptor.classes": "",
  "security.protocol": "PLAINTEXT",
  "security.providers": null,
  "enable.idempotence": "true",
  "transaction.timeout.ms": "60000",
  "transactional.id": null,
  "transaction.two.phase.commit.enable": "false",
  "metadata.recovery.strategy": "rebootstrap",
  "metadata.recovery.rebootstrap.trigger.ms": "300000",
  "config.providers": "",
};

Deno.test("names and defaults are Kafka's", () => {
  for (const [name, value] of Object.entries(defaults)) {
    assertEquals([name, PRODUCER_CONFIGS[name]?.default], [name, value]);
  }
  assertEquals(PRODUCER_CONFIGS["bootstrap.servers"]!.default, undefined);
});

Deno.test("limits are Kafka's, in its words", () => {
  const refused: readonly [string, string, string][] = [
    ["acks", "2", "Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1"],
    ["batch.size", "-1", "Invalid value -1 for configuration batch.size: Value must be at least 0"],
    [
      "compression.lz4.level",
      "18",
      "Invalid value 18 for configuration compression.lz4.level: Value must be no more than 17",
    ],
    [
      "max.in.flight.requests.per.connection",
      "0",
      "Invalid value 0 for configuration max.in.flight.requests.per.connection: Value must be at least 1",
    ],
    ["metadata.max.idle.ms", "4999", "Value must be at least 5000"],
    [
      "retries",
      "2147483648",
      "Invalid value 2147483648 for configuration retries: Not a number of type INT",
    ],
    [
      "transactional.id",
      "",
      "Invalid value  for configuration transactional.id: String must be non-empty",
    ],
    [
      "linger.ms",
      "soon",
      "Invalid value soon for configuration linger.ms: Not a number of type LONG",
    ],
  ];
  for (const [name, value, message] of refused) {
    assertThrows(
      () => ClientConfig.parse(PRODUCER_CONFIGS, { "bootstrap.servers": "a:1", [name]: value }),
      InvalidConfigError,
      message,
    );
  }
});

Deno.test("what has no effect says so", () => {
  for (const [name, { doc }] of Object.entries(CONFIGS_WITHOUT_EFFECT)) {
    assertEquals(doc.startsWith("Has no effect."), true, name);
  }
});
