import { assertEquals } from "@std/assert";
import { dumpLogTool } from "../../../../storage/cli/dump_log.ts";
import { concat, memoryWith, runWith, textBatch } from "../cli_support.ts";

const TIME_INDEX = "/00000000000000000000.timeindex";
const batches = [
  textBatch(0, ["a"]),
  textBatch(1, ["b", "c"]),
  textBatch(3, ["d", "e", "f"]),
];

function entry(timestamp: number | bigint, offset: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(12));
  view.setBigInt64(0, BigInt(timestamp));
  view.setInt32(8, offset);
  return new Uint8Array(view.buffer);
}

async function dump(entries: Uint8Array, ...args: string[]) {
  const fileSystem = memoryWith({
    "/00000000000000000000.log": concat(...batches),
    "/00000000000000000000.index": "",
    [TIME_INDEX]: entries,
  });
  return await runWith(dumpLogTool, [...args, "--files", TIME_INDEX], fileSystem);
}

Deno.test("entries that agree with the log are printed", async () => {
  const run = await dump(
    concat(entry(1000, 0), entry(1001, 2), entry(1002, 5), new Uint8Array(24)),
  );
  assertEquals(
    run.stdout,
    `Dumping ${TIME_INDEX}\ntimestamp: 1000 offset: 0\ntimestamp: 1001 offset: 2\ntimestamp: 1002 offset: 5\n`,
  );
  assertEquals(run.stderr, "");
  assertEquals(
    (await dump(entry(1000, 0), "--verify-index-only")).stdout,
    `Dumping ${TIME_INDEX}\n`,
  );
});

Deno.test("wrong timestamps, entries out of order and unknown offsets are listed", async () => {
  const run = await dump(concat(entry(1500, 0), entry(1001, 2), entry(1001, 4), entry(1002, 9)));
  assertEquals(
    run.stderr,
    `Found timestamp mismatch in :${TIME_INDEX}\n  Index timestamp: 1500, log timestamp: 1000\n` +
      `Found out of order timestamp in :${TIME_INDEX}\n` +
      "  Index timestamp: 1001, Previously indexed timestamp: 1500\n" +
      `The following indexed offsets are not found in :${TIME_INDEX}\n` +
      "Indexed offset: 4, found log offset: 5\nIndexed offset: 9, found log offset: -1\n",
  );
  assertEquals(run.status, 0);
});

Deno.test("garbage prints exactly, and the sanity check refuses it", async () => {
  const garbage = concat(entry(4395514979701684696n, 0), entry(1001, 2));
  assertEquals(
    (await dump(garbage)).stdout.split("\n")[1],
    "timestamp: 4395514979701684696 offset: 0",
  );
  assertEquals(
    (await dump(garbage, "--index-sanity-check")).stderr,
    'Exception in thread "main" org.apache.kafka.storage.internals.log.CorruptIndexException: Corrupt time index ' +
      `found, time index file (${TIME_INDEX}) has non-zero size but the last timestamp is 1001 which is less than ` +
      "the first timestamp 4395514979701684696\n",
  );
  assertEquals(
    (await dump(new Uint8Array(13), "--index-sanity-check")).stderr.includes(
      `Time index file ${TIME_INDEX} is corrupt, found 13 bytes`,
    ),
    true,
  );
});
