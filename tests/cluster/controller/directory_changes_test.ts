import { assertEquals } from "@std/assert";
import { failDirectories } from "../../../cluster/controller/directory_changes.ts";
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
});
