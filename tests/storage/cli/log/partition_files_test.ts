import { assertEquals, assertThrows } from "@std/assert";
import { logTarget, partitionFiles } from "../../../../storage/cli/log/partition_files.ts";
import { ToolFailure } from "../../../../storage/cli/tool.ts";
import { memoryWith } from "../cli_support.ts";

const SEGMENT = "00000000000000000000.log";

Deno.test("a directory is that of a partition, or of a broker with its partitions", () => {
  const fileSystem = memoryWith({
    [`/d/a-b-0/${SEGMENT}`]: "",
    [`/d/a-1.0123456789abcdef0123456789abcdef-delete/${SEGMENT}`]: "",
    "/d/other/x": "",
    [`/p/before/${SEGMENT}`]: "",
    "/empty/meta.properties": "",
    "/none/x": "",
  });
  const broker = logTarget(fileSystem, "/d");
  assertEquals(broker.isLogDir, true);
  assertEquals(broker.partitions, [
    { path: "/d/a-b-0", topicPartition: { topic: "a-b", partition: 0 }, logDir: "/d" },
  ]);
  assertEquals(broker.leftoverDirectories, ["/d/a-1.0123456789abcdef0123456789abcdef-delete"]);
  const one = logTarget(fileSystem, "/d/a-b-0");
  assertEquals([one.isLogDir, one.partitions[0]!.logDir], [false, undefined]);
  assertEquals(logTarget(fileSystem, "/p/before").partitions[0]!.topicPartition, {
    topic: "before",
    partition: 0,
  });
  assertEquals(logTarget(fileSystem, "/empty").partitions, []);
  assertThrows(() => logTarget(fileSystem, "/none"), ToolFailure, "Neither a partition's");
  assertThrows(() => logTarget(fileSystem, "/nowhere"), ToolFailure, "Not a directory: /nowhere");
});

Deno.test("the files of a partition are sorted by what they are", () => {
  const names = [
    "00000000000000000010.log",
    SEGMENT,
    "00000000000000000000.index",
    "00000000000000000005.timeindex",
    "00000000000000000010.snapshot",
    "00000000000000000000.log.deleted",
    "00000000000000000000.index.cleaned",
    "00000000000000000000.log.swap",
    "00000000000000000003-0000000001.checkpoint",
    "00000000000000000003-0000000001.checkpoint.part",
    "leader-epoch-checkpoint",
    "leader-epoch-checkpoint.tmp",
    "partition.metadata",
    "quorum-state",
    ".kafka_cleanshutdown",
    "notes.txt",
  ];
  const fileSystem = memoryWith(Object.fromEntries(names.map((name) => [`/p-0/${name}`, ""])));
  const files = partitionFiles(fileSystem, "/p-0");
  assertEquals(files.baseOffsets, [0, 10]);
  assertEquals(files.snapshotOffsets, [10]);
  assertEquals(files.checkpoints, ["00000000000000000003-0000000001.checkpoint"]);
  assertEquals([...files.leftovers].sort(), [
    "00000000000000000000.index.cleaned",
    "00000000000000000000.log.deleted",
    "00000000000000000000.log.swap",
    "00000000000000000003-0000000001.checkpoint.part",
    "00000000000000000005.timeindex",
    "leader-epoch-checkpoint.tmp",
    "notes.txt",
  ]);
});
