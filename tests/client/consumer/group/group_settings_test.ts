import { assertEquals } from "@std/assert";
import { consumerSettings } from "../../../../client/consumer/consumer_settings.ts";
import { groupSettings } from "../../../../client/consumer/group/group_settings.ts";
import { CollectingLogger } from "../../../support/manual_env.ts";

const settingsOf = (given: Record<string, unknown>) =>
  groupSettings(
    "g",
    consumerSettings({ bootstrapServers: "a:1", groupId: "g", ...given }, new CollectingLogger()),
  );

Deno.test("a group has Kafka's defaults", () => {
  assertEquals(settingsOf({}), {
    groupId: "g",
    groupInstanceId: null,
    sessionTimeoutMs: 45_000,
    rebalanceTimeoutMs: 300_000,
    heartbeatIntervalMs: 3000,
    retryBackoffMs: 100,
    retryBackoffMaxMs: 1000,
    requestTimeoutMs: 30_000,
    rackId: null,
    autoCommitIntervalMs: 5000,
    excludesInternalTopics: true,
  });
});

Deno.test("a group takes what is configured", () => {
  const settings = settingsOf({
    groupInstanceId: "i",
    maxPollIntervalMs: 7,
    clientRack: "r",
    enableAutoCommit: false,
    excludeInternalTopics: false,
  });
  const { groupInstanceId, rebalanceTimeoutMs, rackId } = settings;
  assertEquals([groupInstanceId, rebalanceTimeoutMs, rackId], ["i", 7, "r"]);
  assertEquals([settings.autoCommitIntervalMs, settings.excludesInternalTopics], [
    undefined,
    false,
  ]);
});
