import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { DEFAULT_METADATA_LOG_CONFIG } from "../../../cluster/raft/metadata_log_config.ts";
import { raftConfig } from "../../../cluster/raft/raft_config.ts";

const BASE = {
  "process.roles": "broker,controller",
  "node.id": "1",
  "listeners": "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093",
  "controller.listener.names": "CONTROLLER",
  "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
  "log.dirs": "/data",
};

const read = (properties: Record<string, string>) =>
  raftConfig(BrokerConfig.parse({ ...BASE, ...properties }));

const SERVERS = { "controller.quorum.bootstrap.servers": "127.0.0.1:9093" };

Deno.test("without a word the configs are Kafka's defaults", () => {
  const { config, electionTimeoutMs, fetchTimeoutMs } = read(SERVERS);
  assertEquals(config, DEFAULT_METADATA_LOG_CONFIG);
  assertEquals([electionTimeoutMs, fetchTimeoutMs], [1000, 2000]);
});

Deno.test("each config has its effect", () => {
  const { config } = read({
    ...SERVERS,
    "metadata.log.segment.bytes": "10000000",
    "metadata.log.segment.ms": "1",
    "metadata.max.retention.bytes": "2",
    "metadata.max.retention.ms": "3",
    "internal.metadata.log.segment.bytes": "4000",
    "internal.metadata.max.batch.size.in.bytes": "5",
    "internal.metadata.delete.delay.millis": "6",
  });
  assertEquals(config, {
    segmentBytes: 10_000_000,
    segmentMs: 1,
    retentionBytes: 2,
    retentionMs: 3,
    internalSegmentBytes: 4000,
    maxBatchSize: 5,
    deleteDelayMs: 6,
  });
});

Deno.test("voters are those that are named; with bootstrap servers alone the log must have them", () => {
  assertEquals(read({ "controller.quorum.voters": "1@a:9093" }).controllerQuorumVoters, [
    { id: 1, host: "a", port: 9093 },
  ]);
  assertEquals(read(SERVERS).controllerQuorumVoters, []);
  const { "controller.listener.names": _, ...alone } = BASE;
  const only = { ...alone, "listeners": "PLAINTEXT://127.0.0.1:9092" };
  assertEquals(raftConfig(BrokerConfig.parse(only)).controllerQuorumVoters, undefined);
});
