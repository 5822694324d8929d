import { assertEquals } from "@std/assert";
import { DEFAULT_QUORUM_CONFIG, quorumConfig } from "../../../cluster/raft/quorum_config.ts";

Deno.test("what is not given has Kafka's default", () => {
  assertEquals(quorumConfig({}), DEFAULT_QUORUM_CONFIG);
  assertEquals(quorumConfig({ fetchTimeoutMs: 7 }), {
    ...DEFAULT_QUORUM_CONFIG,
    fetchTimeoutMs: 7,
  });
});
