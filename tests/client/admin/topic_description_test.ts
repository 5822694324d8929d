import { assertEquals } from "@std/assert";
import { NOT_ASKED, topicDescription } from "../../../client/admin/topic_description.ts";

const node = (id: number) => ({ id, host: "h", port: 1, rack: null });
const told = { name: "t", topicId: "x", isInternal: false };

Deno.test("partitions come by number, with nodes for ids", () => {
  const partition = (partitionIndex: number, leaderId: number) => ({
    partitionIndex,
    leaderId,
    replicaNodes: [1, 2],
    isrNodes: [1],
    elr: [2],
    lastKnownElr: [],
  });
  const topic = topicDescription(
    told,
    new Map([[1, node(1)]]),
    [partition(1, -1), partition(0, 1)],
    NOT_ASKED,
  );
  const gone = { id: 2, host: "", port: -1, rack: null };
  assertEquals(topic, {
    ...told,
    partitions: [0, 1].map((partition) => ({
      partition,
      leader: partition === 0 ? node(1) : null,
      replicas: [node(1), gone],
      isr: [node(1)],
      elr: [gone],
      lastKnownElr: [],
    })),
  });
});

Deno.test("what a broker does not tell is null, and what was not asked for is missing", () => {
  const partition = { partitionIndex: 0, leaderId: 1, replicaNodes: [], isrNodes: [] };
  const { partitions: [first], authorizedOperations } = topicDescription(
    told,
    new Map(),
    [partition],
    1 << 3,
  );
  assertEquals([first!.elr, first!.lastKnownElr, first!.leader], [null, null, null]);
  assertEquals(authorizedOperations, new Set(["READ"]));
});
