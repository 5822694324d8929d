import { assertEquals } from "@std/assert";
import { Config } from "../../../client/admin/config_entry.ts";
import {
  hasOverrides,
  isReported,
  partitionLine,
  topicJson,
  topicLine,
} from "../../../client/cli/topic_description.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";

const nodes = (...ids: number[]) => ids.map((id) => ({ id, host: "h", port: 1, rack: null }));
const info = {
  partition: 0,
  leader: null,
  replicas: nodes(1, 2, 3),
  isr: nodes(1),
  elr: nodes(2),
  lastKnownElr: null,
};
const entry = (name: string, value: string, isDefault: boolean) => ({
  ...{ name, value, isDefault, source: "DEFAULT_CONFIG" as const, isSensitive: false },
  ...{ isReadOnly: false, synonyms: [], type: "STRING" as const, documentation: null },
});
const topic = {
  description: { name: "t", topicId: ZERO_UUID, isInternal: false, partitions: [info] },
  config: new Config([entry("min.insync.replicas", "2", false), entry("a", "1", true)]),
  reassignments: new Map([[0, {
    replicas: [1, 2, 3],
    addingReplicas: [3],
    removingReplicas: [1],
  }]]),
};
const NOTHING = {
  underReplicated: false,
  unavailable: false,
  underMinIsr: false,
  atMinIsr: false,
};

Deno.test("a topic that is being moved has the replicas that it is to have", () => {
  assertEquals(
    topicLine(topic),
    "Topic: t\tPartitionCount: 1\tReplicationFactor: 2\tConfigs: min.insync.replicas=2",
  );
  assertEquals(
    partitionLine("t", info, topic.reassignments.get(0)),
    "\tTopic: t\tPartition: 0\tLeader: none\tReplicas: 1,2,3\tIsr: 1\tAdding Replicas: 3\tRemoving Replicas: 1" +
      "\tElr: 2\tLastKnownElr: N/A",
  );
  const json = topicJson(topic, [info]) as { readonly partitions: readonly unknown[] };
  assertEquals(json.partitions.length, 1);
  assertEquals(hasOverrides(topic), true);
});

Deno.test("a partition is in the reports that it belongs to", () => {
  const live = new Set([1]);
  const found = Object.keys(NOTHING).filter((name) =>
    isReported(topic, info, { ...NOTHING, [name]: true }, live)
  );
  assertEquals(found, ["underReplicated", "unavailable", "underMinIsr"]);
  const full = { ...info, leader: nodes(1)[0]!, isr: nodes(1, 2) };
  const others = Object.keys(NOTHING).filter((name) =>
    isReported(topic, full, { ...NOTHING, [name]: true }, live)
  );
  assertEquals(others, ["atMinIsr"]);
});
