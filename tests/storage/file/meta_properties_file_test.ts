import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, LogUnavailableError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import {
  type MetaProperties,
  MetaPropertiesFile,
  randomDirectoryId,
  verifyMetaProperties,
} from "../../../storage/file/meta_properties_file.ts";
import { readTextFile } from "../../../storage/file/text_file.ts";
import { SeededRandom } from "../../support/manual_env.ts";

function fileWith(content?: string): { file: MetaPropertiesFile; fileSystem: MemoryFileSystem } {
  const fileSystem = new MemoryFileSystem();
  const file = new MetaPropertiesFile(fileSystem, "/");
  if (content !== undefined) {
    fileSystem.open(file.path, { create: true }).write(0, new TextEncoder().encode(content));
  }
  return { file, fileSystem };
}

const full: MetaProperties = {
  version: 1,
  clusterId: "MkU3OEVBNTcwNTJENDM2Qg",
  nodeId: 1,
  directoryId: "YuBWMKKZSMSYSyRYTORJEQ",
};

Deno.test("Apache Kafka's file is read, and is what we write, to the byte", () => {
  const content = Deno.readTextFileSync(
    new URL("../../fixtures/broker/meta.properties", import.meta.url),
  );
  const { file, fileSystem } = fileWith(content);
  assertEquals(file.read(), full);
  file.write(full, Date.UTC(2026, 10, 22, 15, 8, 31));
  assertEquals(readTextFile(fileSystem, "/meta.properties"), content);
});

Deno.test("a directory without the file is not formatted", () => {
  assertEquals(fileWith().file.read(), undefined);
});

Deno.test("version 0 needs nothing, and calls the node a broker", () => {
  assertEquals(fileWith("").file.read(), { version: 0 });
  assertEquals(fileWith("version=0\nbroker.id=5\ncluster.id=c\nnode.id=x").file.read(), {
    version: 0,
    clusterId: "c",
    nodeId: 5,
  });
  const { file, fileSystem } = fileWith();
  file.write({ version: 0, nodeId: 5 }, 0);
  assertEquals(readTextFile(fileSystem, file.path)?.split("\n").slice(2), [
    "broker.id=5",
    "version=0",
    "",
  ]);
});

Deno.test("what is missing or can't be is told with the file", () => {
  const cases: [string, string][] = [
    ["version=x", "version is not a number: x"],
    ["version=3", "unknown version: 3"],
    ["version=1\ncluster.id=c", "node.id is missing"],
    ["version=1\nnode.id=1", "cluster.id is missing"],
    ["version=1\nnode.id=1x\ncluster.id=c", "node.id is not a number: 1x"],
    ["broker.id=", "broker.id is not a number"],
    ["version=1\nnode.id=1\ncluster.id=c\ndirectory.id=short", "short"],
    ["a=\\u12", "line 1"],
  ];
  for (const [content, told] of cases) {
    const error = assertThrows(() => fileWith(content).file.read(), CorruptRecordError, told);
    assertEquals(error.message.startsWith("Malformed /meta.properties: "), true);
  }
  assertThrows(() => fileWith().file.write({ version: 1, nodeId: 1 }, 0), TypeError);
});

Deno.test("a directory's id is none that is in use", () => {
  const first = randomDirectoryId(new SeededRandom(1));
  assertNotEquals(randomDirectoryId(new SeededRandom(1), [first]), first);
});

Deno.test("directories of one node belong together", () => {
  const other = { ...full, directoryId: "AuBWMKKZSMSYSyRYTORJEQ" };
  const all = (second: MetaProperties) => new Map([["/a", full], ["/b", second]]);
  verifyMetaProperties(all(other));
  verifyMetaProperties(all(other), { clusterId: full.clusterId!, nodeId: 1 });
  verifyMetaProperties(all({ version: 0 }), { nodeId: 1 });
  const refused = (
    second: MetaProperties,
    expected: Parameters<typeof verifyMetaProperties>[1],
    told: string,
  ) => {
    const error = assertThrows(
      () => verifyMetaProperties(all(second), expected),
      LogUnavailableError,
    );
    assertEquals(error.message.includes(told), true, error.message);
  };
  refused({ ...other, clusterId: "x" }, {}, "Cluster id of log directory /b");
  refused({ ...other, nodeId: 2 }, {}, "Node id of log directory /b is not 1: 2");
  refused(other, { nodeId: 2 }, "Node id of log directory /a is not 2: 1");
  refused(other, { clusterId: "x" }, "Cluster id of log directory /a");
  refused(full, {}, "/b is also that of /a");
  refused({ ...other, directoryId: "AAAAAAAAAAAAAAAAAAAAAQ" }, {}, "reserved");
});
