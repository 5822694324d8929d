import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CorruptRecordError, LogDirError, StorageError } from "../../../storage/errors.ts";
import {
  CheckpointFile,
  type EntryFormat,
  parseInt32,
  parseInteger,
} from "../../../storage/file/checkpoint_file.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { readTextFile } from "../../../storage/file/text_file.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const pair: EntryFormat<[string, number]> = {
  format: ([name, value]) => `${name} ${value}`,
  parse([name = "", text = "", ...more]) {
    const value = parseInteger(text);
    return name === "" || value === undefined || more.length > 0 ? undefined : [name, value];
  },
};

function checkpoint(
  content?: string,
): { file: CheckpointFile<[string, number]>; fileSystem: MemoryFileSystem } {
  const fileSystem = new MemoryFileSystem();
  if (content !== undefined) {
    fileSystem.open("/c", { create: true }).write(0, new TextEncoder().encode(content));
  }
  return { file: new CheckpointFile(fileSystem, "/c", 0, pair), fileSystem };
}

Deno.test("what this object has written just before is not written again, unless that failed", () => {
  const fileSystem = new FaultyFileSystem();
  const file = new CheckpointFile(fileSystem, "/c", 0, pair);
  const operations = (entries: [string, number][]) => {
    const before = fileSystem.operations;
    file.writeIfChanged(entries);
    return fileSystem.operations - before;
  };
  const once = operations([["a", 1]]);
  assertEquals([once > 0, operations([["a", 1]])], [true, 0]);
  assertEquals(operations([["a", 2]]), once);
  fileSystem.inject({ code: "EIO", kinds: ["flushDirectory"] });
  assertThrows(() => file.writeIfChanged([["a", 3]]), LogDirError);
  assertEquals(operations([["a", 2]]), once, "nobody knows what is there");
  file.write([["a", 5]]);
  assertEquals(operations([["a", 2]]), once);
  assertEquals(file.read(), [["a", 2]]);
});

Deno.test("the file is the version, the count, and a line an entry", () => {
  const { file, fileSystem } = checkpoint();
  file.write([["a", 1], ["b", 2]]);
  assertEquals(readTextFile(fileSystem, "/c"), "0\n2\na 1\nb 2\n");
  assertEquals(file.read(), [["a", 1], ["b", 2]]);
  file.write([]);
  assertEquals(readTextFile(fileSystem, "/c"), "0\n0\n");
  assertEquals(file.read(), []);
});

Deno.test("a missing file, an empty one and one that ends behind the version have no entries", () => {
  for (const content of [undefined, "", "0", "0\n"]) {
    assertEquals(checkpoint(content).file.read(), []);
  }
});

Deno.test("other line ends, several blanks, and a last line without an end are fine", () => {
  assertEquals(checkpoint("0\r\n2\r\na \t 1 \r\nb 2").file.read(), [["a", 1], ["b", 2]]);
});

Deno.test("what is malformed is told with the file and the line", () => {
  const cases: [string, string][] = [
    ["x\n0\n", "line 1: x"],
    ["\n0\n", "line 1"],
    ["1\n0\n", "line 1: 1 instead of 0"],
    ["0\nx\n", "line 2: x"],
    ["0\n-1\n", "line 2: -1"],
    ["0\n99999999999999999999\n", "line 2"],
    ["0\n1\na b\n", "line 3: a b"],
    ["0\n1\na 1 2\n", "line 3: a 1 2"],
    ["0\n2\na 1\nb\n", "line 4: b"],
    ["0\n1\na 1\n\n", "line 4"],
    ["0\n1\n a 1\n", "line 3"],
    ["0\n2\na 1\n", "line 2: 2 expected, 1 found"],
    ["0\n0\na 1\n", "line 2: 0 expected, 1 found"],
    ["\uFEFF0\n0\n", "line 1"],
  ];
  for (const [content, told] of cases) {
    const error = assertThrows(
      () => checkpoint(content).file.read(),
      CorruptRecordError,
      told,
      content,
    );
    assertStringIncludes(error.message, "/c");
  }
  const long = assertThrows(
    () => checkpoint(`0\n1\n${"x".repeat(1e6)}`).file.read(),
    CorruptRecordError,
  );
  assertEquals(long.message.length < 400, true);
});

Deno.test("any bytes give entries or a typed error", () => {
  const alphabet = new TextEncoder().encode("0123456789 \n\r\t-+ab\0");
  for (let seed = 0; seed < 3000; seed++) {
    const random = new SeededRandom(seed);
    const bytes = random.bytes(random.below(30));
    if (seed % 3 > 0) bytes.forEach((byte, i) => bytes[i] = alphabet[byte % alphabet.length]!);
    const { file, fileSystem } = checkpoint();
    fileSystem.open("/c", { create: true }).write(
      0,
      seed % 2 ? bytes : new Uint8Array([48, 10, ...bytes]),
    );
    try {
      file.read();
    } catch (error) {
      assertEquals(error instanceof StorageError, true, `seed ${seed}: ${error}`);
    }
  }
});

Deno.test("where the directory is gone nothing is written, if that is asked for", () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.makeDirectory("/dir");
  const file = new CheckpointFile(fileSystem, "/dir/c", 0, pair);
  assertEquals(file.writeIfDirExists([["a", 1]]), true);
  fileSystem.rename("/dir", "/dir-renamed");
  assertEquals(file.writeIfDirExists([["a", 2]]), false);
  assertEquals(fileSystem.stat("/dir"), undefined);
  assertThrows(() => file.write([["a", 2]]), LogDirError, "ENOENT");
});

Deno.test("a disk that fails is told, not taken for a damaged file", () => {
  const fileSystem = new FaultyFileSystem();
  const file = new CheckpointFile(fileSystem, "/c", 0, pair);
  file.write([["a", 1]]);
  fileSystem.inject({ code: "EIO", kinds: ["read"], path: "/c" });
  assertThrows(() => file.read(), LogDirError, "EIO");
  fileSystem.inject({ code: "EIO", kinds: ["flush"] });
  assertThrows(() => file.write([["a", 2]]), LogDirError, "EIO");
  assertEquals(file.read(), [["a", 1]]);
});

Deno.test("integers are those that Java parses and a number holds", () => {
  assertEquals(["0", "-5", "+7", "007"].map(parseInteger), [0, -5, 7, 7]);
  assertEquals(Object.is(parseInteger("-0"), 0), true);
  for (const text of ["", " 1", "1.0", "1e3", "0x1", "NaN", "9007199254740992", "١"]) {
    assertEquals(parseInteger(text), undefined, text);
  }
  assertEquals(["2147483647", "-2147483648", "2147483648"].map(parseInt32), [
    2147483647,
    -2147483648,
    undefined,
  ]);
});
