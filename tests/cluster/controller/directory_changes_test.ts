import { assertEquals } from "@std/assert";
import {
  assignReplicasToDirectories,
  failDirectories,
} from "../../../cluster/controller/directory_changes.ts";
import { UNASSIGNED_DIRECTORY } from "../../../cluster/controller/partition_registration.ts";
import { idOf, TestController } from "./controller_support.ts";

const A = idOf("dir-a");
const B = idOf("dir-b");

function controller(metadataVersion = 30): TestController {
  const elr = metadataVersion === 30 ? 1 : 0;
  const made = new TestController({
    brokers: { 1: { logDirs: [A, B] }, 2: {} },
    metadataVersion,
    elr,
  });
  made.addTopic("t", [
    { directories: [A] },
    { replicas: [1, 2], directories: [B, idOf("dir-2")] },
    { directories: [UNASSIGNED_DIRECTORY] },
  ]);
  return made;
}

Deno.test("where a broker has its replicas is told in the metadata, and nothing else changes", () => {
  const made = controller();
  const place = (partition: number, directoryId: string, topicId = idOf("t")) => ({
    topicId,
    partition,
    directoryId,
  });
  const { records } = made.decide((context) =>
    assignReplicasToDirectories(context, 1, [
      place(2, A),
      place(2, B),
      place(0, A),
      place(9, A),
      place(0, A, idOf("gone")),
    ])
  );
  assertEquals(records.length, 1);
  const { directories, leader, leaderEpoch, partitionEpoch } = made.partition("t", 2);
  assertEquals([directories, leader, leaderEpoch, partitionEpoch], [[B], 1, 0, 1]);
  assertEquals(assignReplicasToDirectories(made, 2, [place(0, A)]).records, []);
});

Deno.test("what was in a directory that fails is led by others, or by nobody, and the rest goes on", () => {
  const made = controller();
  made.decide((context) => failDirectories(context, 1, [A, idOf("unknown")]));
  assertEquals([0, 1, 2].map((id) => made.partition("t", id).leader), [-1, 1, 1]);
  assertEquals(made.image.cluster.brokers.get(1)!.logDirs, [B]);
  assertEquals(made.image.cluster.isActive(1), true);
  assertEquals(failDirectories(made, 1, [A]).records, [], "it is told once");
  made.decide((context) => failDirectories(context, 1, [B]));
  assertEquals([0, 1, 2].map((id) => made.partition("t", id).leader), [-1, 2, 1]);
});

Deno.test("at an old metadata.version directories are nobody's business", () => {
  const old = controller(14);
  assertEquals(failDirectories(old, 1, [A]).records, []);
  const placement = { topicId: idOf("t"), partition: 0, directoryId: B };
  assertEquals(assignReplicasToDirectories(old, 1, [placement]).records, []);
});
