import { assertEquals, assertThrows } from "@std/assert";
import {
  loadServerProperties,
  parseOverrides,
  readServerProperties,
} from "../../../cluster/config/server_properties.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";

function sources() {
  const fileSystem = new MemoryFileSystem();
  writeTextFile(
    fileSystem,
    "/server.properties",
    "# a comment\nnode.id=1\nlog.dirs = /a,\\\n  /b\nbroker.rack:${env:RACK}\nconfig.providers=env\n",
  );
  return { fileSystem, environment: (name: string) => name === "RACK" ? "r1" : undefined };
}

Deno.test("a file is read in Java's syntax", () => {
  assertEquals(readServerProperties(sources(), "/server.properties"), {
    "node.id": "1",
    "log.dirs": "/a,/b",
    "broker.rack": "${env:RACK}",
    "config.providers": "env",
  });
  assertThrows(
    () => readServerProperties(sources(), "/nowhere"),
    InvalidConfigError,
    "No such file: /nowhere",
  );
});

Deno.test("an override is split at its first equals sign", () => {
  assertEquals(parseOverrides(["a=1", "b=c=d", "e=", "f"]), { a: "1", b: "c=d", e: "", f: "" });
});

Deno.test("overrides go over the file, and variables are resolved in both", () => {
  assertEquals(
    loadServerProperties(sources(), "/server.properties", ["node.id=2", "log.dir=/${env:RACK}"]),
    {
      "node.id": "2",
      "log.dirs": "/a,/b",
      "broker.rack": "r1",
      "config.providers": "env",
      "log.dir": "/r1",
    },
  );
  assertEquals(loadServerProperties(sources(), undefined, ["a=1"]), { a: "1" });
});
