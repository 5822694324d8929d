import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { LeaderEpochCheckpointFile } from "../../../storage/file/leader_epoch_checkpoint_file.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { readTextFile } from "../../../storage/file/text_file.ts";

const fixtures = new URL("../../fixtures/broker/", import.meta.url);

Deno.test("epochs are kept, replaced as a whole, and there for the next object", () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.makeDirectory("/t-0");
  const checkpoint = LeaderEpochCheckpointFile.in(fileSystem, "/t-0");
  assertEquals([checkpoint.path, checkpoint.read()], ["/t-0/leader-epoch-checkpoint", []]);
  const first = [0, 1, 2].map((epoch) => ({ epoch, startOffset: epoch + 1 }));
  checkpoint.write(first);
  assertEquals(checkpoint.read(), first);
  assertEquals(LeaderEpochCheckpointFile.in(fileSystem, "/t-0").read(), first);
  const second = [{ epoch: 3, startOffset: 4 }, { epoch: 4, startOffset: 5 }];
  checkpoint.write(second);
  assertEquals(checkpoint.read(), second);
  assertEquals(readTextFile(fileSystem, checkpoint.path), "0\n2\n3 4\n4 5\n");
});

Deno.test("once the partition's directory is renamed nothing is written in its old place", () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.makeDirectory("/t-0");
  const checkpoint = LeaderEpochCheckpointFile.in(fileSystem, "/t-0");
  assertEquals(checkpoint.writeIfDirExists([{ epoch: 1, startOffset: 42 }]), true);
  fileSystem.rename("/t-0", "/t-0.x-delete");
  assertEquals(checkpoint.writeIfDirExists([{ epoch: 1, startOffset: 42 }]), false);
});

Deno.test("lines that are not `epoch offset` are refused", () => {
  for (const line of ["1", "1 2 3", "x 2", "1 x", "2147483648 1", "1 9007199254740993", " 1"]) {
    const fileSystem = new MemoryFileSystem();
    fileSystem.open("/e", { create: true }).write(0, new TextEncoder().encode(`0\n1\n${line}\n`));
    assertThrows(
      () => new LeaderEpochCheckpointFile(fileSystem, "/e").read(),
      CorruptRecordError,
      "line 3",
    );
  }
});

Deno.test("the checkpoints of Apache Kafka are read, and written again to the byte", () => {
  for (const directory of ["multiseg-0", "txn-0", "__cluster_metadata-0", "compacted-0"]) {
    const url = new URL(`${directory}/leader-epoch-checkpoint`, fixtures);
    const fileSystem = new MemoryFileSystem();
    fileSystem.open("/e", { create: true }).write(0, Deno.readFileSync(url));
    const checkpoint = new LeaderEpochCheckpointFile(fileSystem, "/e");
    const entries = checkpoint.read();
    if (directory === "multiseg-0") assertEquals(entries.length, 3);
    checkpoint.write(entries);
    assertEquals(readTextFile(fileSystem, "/e"), Deno.readTextFileSync(url));
  }
});
