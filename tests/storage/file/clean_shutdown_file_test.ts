import { assertEquals, assertThrows } from "@std/assert";
import { CleanShutdownFile } from "../../../storage/file/clean_shutdown_file.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { readTextFile } from "../../../storage/file/text_file.ts";
import { FaultyFileSystem, SimulatedCrash } from "../../support/faulty_file_system.ts";

function withContent(content: string): CleanShutdownFile {
  const fileSystem = new MemoryFileSystem();
  const file = fileSystem.open("/.kafka_cleanshutdown", { create: true });
  file.write(0, new TextEncoder().encode(content));
  return new CleanShutdownFile(fileSystem, "/");
}

Deno.test("the mark is there once written, with the broker's epoch, and gone once deleted", () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.makeDirectory("/logs");
  const file = new CleanShutdownFile(fileSystem, "/logs");
  assertEquals([file.exists, file.read()], [false, undefined]);
  file.write(1234567);
  file.write(10);
  assertEquals([file.exists, file.read()], [true, 10]);
  assertEquals(
    readTextFile(fileSystem, "/logs/.kafka_cleanshutdown"),
    '{"version":0,"brokerEpoch":10}',
  );
  file.delete();
  file.delete();
  assertEquals([file.exists, file.read()], [false, undefined]);
  file.write();
  assertEquals(file.read(), -1);
});

Deno.test("Apache Kafka's mark is read, and is what we write", () => {
  const content = Deno.readTextFileSync(
    new URL("../../fixtures/broker/.kafka_cleanshutdown", import.meta.url),
  );
  assertEquals(withContent(content).read(), 209);
  const fileSystem = new MemoryFileSystem();
  new CleanShutdownFile(fileSystem, "/").write(209);
  assertEquals(readTextFile(fileSystem, "/.kafka_cleanshutdown"), content);
});

Deno.test("unknown fields are left aside", () => {
  assertEquals(withContent('{"version":0,"brokerEpoch":10,"unknown":123}').read(), 10);
});

Deno.test("a file of which nothing can be made is a mark without an epoch", () => {
  for (const content of ["", "{", "null", "[]", '{"version":0}', '{"brokerEpoch":"x"}', "\0\0"]) {
    const file = withContent(content);
    assertEquals([file.exists, file.read()], [true, undefined], content);
  }
});

Deno.test("a mark that was written survives a power cut, and one that was deleted stays away", () => {
  const fileSystem = new FaultyFileSystem();
  const file = new CleanShutdownFile(fileSystem, "/");
  file.write(5);
  for (let seed = 0; seed < 20; seed++) {
    assertEquals(new CleanShutdownFile(fileSystem.afterCrash({ seed }), "/").read(), 5);
  }
  file.delete();
  for (let seed = 0; seed < 20; seed++) {
    assertEquals(new CleanShutdownFile(fileSystem.afterCrash({ seed }), "/").exists, false);
  }
  fileSystem.crashAt(fileSystem.operations + 1);
  assertThrows(() => file.write(6), SimulatedCrash);
});
