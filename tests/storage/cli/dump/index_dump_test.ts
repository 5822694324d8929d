import { assertEquals } from "@std/assert";
import { siblingPath } from "../../../../storage/cli/dump/index_dump.ts";
import { dumpLogTool } from "../../../../storage/cli/dump_log.ts";
import { concat, memoryWith, runWith, textBatch } from "../cli_support.ts";

const a = textBatch(0, ["a"]);
const INDEX = "/00000000000000000000.index";
const LOG = "/00000000000000000000.log";
const EXCEPTION = 'Exception in thread "main" ';

function entry(offset: number, position: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, offset);
  view.setInt32(4, position);
  return new Uint8Array(view.buffer);
}

async function dump(index: Uint8Array, ...args: string[]) {
  const fileSystem = memoryWith({ [LOG]: concat(a, textBatch(1, ["b"])), [INDEX]: index });
  return await runWith(dumpLogTool, [...args, "--files", INDEX], fileSystem);
}

Deno.test("an entry behind the data, or before it, ends the tool", async () => {
  const size = a.length * 2;
  assertEquals(
    (await dump(entry(1, size))).stderr,
    `${EXCEPTION}java.util.NoSuchElementException\n`,
  );
  const records = `FileRecords(size=${size}, file=${LOG}, start=0, end=2147483647)`;
  assertEquals(
    (await dump(entry(1, size + 1))).stderr,
    `${EXCEPTION}java.lang.IllegalArgumentException: Slice from position ${
      size + 1
    } exceeds end position of ${records}\n`,
  );
  assertEquals(
    (await dump(entry(1, -4))).stderr,
    `${EXCEPTION}java.lang.IllegalArgumentException: Invalid position: -4 in read from ${records}\n`,
  );
  assertEquals(
    (await dump(entry(1, 0), "--max-message-size", "20")).stderr,
    `${EXCEPTION}java.util.NoSuchElementException\n`,
  );
});

Deno.test("the sanity check is the one that a broker makes", async () => {
  assertEquals(
    (await dump(entry(1, a.length), "--index-sanity-check")).stdout,
    `Dumping ${INDEX}\n${INDEX} passed sanity check.\n`,
  );
  const corrupt = `${EXCEPTION}org.apache.kafka.storage.internals.log.CorruptIndexException: `;
  assertEquals(
    (await dump(entry(-3, 0), "--index-sanity-check")).stderr,
    `${corrupt}Corrupt index found, index file ${INDEX} has non-zero size but the last offset is -3 which is less ` +
      "than the base offset 0\n",
  );
  assertEquals(
    (await dump(concat(entry(1, 0), new Uint8Array(3)), "--index-sanity-check")).stderr,
    `${corrupt}Index file ${INDEX} is corrupt, found 11 bytes which is neither positive nor a multiple of 8\n`,
  );
});

Deno.test("an index without its log, and a log without its index, end the tool", async () => {
  const noLog = await runWith(
    dumpLogTool,
    ["--files", INDEX],
    memoryWith({ [INDEX]: entry(0, 0) }),
  );
  assertEquals(noLog.stderr, `${EXCEPTION}java.nio.file.NoSuchFileException: ${LOG}\n`);
  const noIndex = await runWith(dumpLogTool, ["--files", INDEX], memoryWith({ [LOG]: a }));
  assertEquals(
    noIndex.stderr,
    `${EXCEPTION}java.lang.IllegalArgumentException: Invalid max index size: -1\n`,
  );
});

Deno.test("the files of a segment are found by their base offset", () => {
  assertEquals(siblingPath("x/0001.timeindex", ".log"), "x/0001.log");
  assertEquals(siblingPath("0001.a.b", ".log"), "0001.log");
});
