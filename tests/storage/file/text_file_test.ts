import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, LogDirError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import {
  linesOf,
  readSmallFile,
  readTextFile,
  writeTextFile,
} from "../../../storage/file/text_file.ts";
import { FaultyFileSystem, SimulatedCrash } from "../../support/faulty_file_system.ts";

Deno.test("a text is read as it was written; a missing file is no text", () => {
  const fileSystem = new MemoryFileSystem();
  writeTextFile(fileSystem, "/a", "grüße\n");
  writeTextFile(fileSystem, "/a", "kurz");
  assertEquals(readTextFile(fileSystem, "/a"), "kurz");
  assertEquals(readTextFile(fileSystem, "/b"), undefined);
  assertEquals(fileSystem.list("/").map((entry) => entry.name), ["a"]);
});

Deno.test("lines end as Java's do", () => {
  assertEquals(linesOf("a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
  assertEquals(linesOf("a\n\n"), ["a", ""]);
  assertEquals(linesOf(""), []);
});

Deno.test("bytes that are not UTF-8, and files beyond reason, are refused", () => {
  const fileSystem = new MemoryFileSystem();
  const file = fileSystem.open("/a", { create: true });
  file.write(0, new Uint8Array([0x61, 0xff]));
  assertThrows(() => readTextFile(fileSystem, "/a"), CorruptRecordError, "/a");
  file.truncate(1e12);
  assertThrows(() => readSmallFile(fileSystem, "/a"), CorruptRecordError, "too large");
});

Deno.test("after a crash anywhere the file is the old one or the new one, never less", () => {
  const write = (fileSystem: FaultyFileSystem, text: string) =>
    writeTextFile(fileSystem, "/d/f", text);
  const prepared = () => {
    const fileSystem = new FaultyFileSystem();
    fileSystem.makeDirectory("/d");
    fileSystem.flushDirectory("/");
    write(fileSystem, "old".repeat(500));
    return fileSystem;
  };
  const whole = prepared();
  const before = whole.operations;
  write(whole, "new".repeat(700));
  const seen = new Set<string>();
  for (let n = before + 1; n <= whole.operations; n++) {
    const fileSystem = prepared();
    fileSystem.crashAt(n);
    assertThrows(() => write(fileSystem, "new".repeat(700)), SimulatedCrash);
    for (let seed = 0; seed < 40; seed++) {
      for (const left of [fileSystem.afterCrash({ seed }), fileSystem.processKill({ seed })]) {
        const text = readTextFile(left, "/d/f")!;
        seen.add(text);
        assertEquals(
          text === "old".repeat(500) || text === "new".repeat(700),
          true,
          `${n}, ${seed}`,
        );
        writeTextFile(left, "/d/f", "next");
        assertEquals(readTextFile(left.afterCrash({ seed }), "/d/f"), "next");
      }
    }
  }
  assertEquals(seen.size, 2);
  for (let seed = 0; seed < 20; seed++) {
    assertEquals(readTextFile(whole.afterCrash({ seed }), "/d/f"), "new".repeat(700));
  }
});

Deno.test("a full disk leaves the old text, and the next write works", () => {
  const fileSystem = new FaultyFileSystem();
  writeTextFile(fileSystem, "/f", "old");
  fileSystem.inject({ code: "ENOSPC", kinds: ["write"], written: 2 });
  assertThrows(() => writeTextFile(fileSystem, "/f", "new text"), LogDirError, "ENOSPC");
  assertEquals(readTextFile(fileSystem, "/f"), "old");
  writeTextFile(fileSystem, "/f", "n");
  assertEquals(readTextFile(fileSystem, "/f"), "n");
});
