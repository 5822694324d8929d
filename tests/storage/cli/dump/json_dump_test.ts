import { assert, assertEquals } from "@std/assert";
import { dumpLogTool } from "../../../../storage/cli/dump_log.ts";
import { buildBatch } from "../../../../storage/record/record_batch_builder.ts";
import {
  concat,
  memoryWith,
  runInFixtures,
  runWith,
  textBatch,
  type ToolRun,
  utf8,
} from "../cli_support.ts";

// deno-lint-ignore no-explicit-any
function lines(run: ToolRun): any[] {
  return run.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

const LOG = "/00000000000000000000.log";

Deno.test("a record is a line, bytes are text or marked base64", async () => {
  const batch = buildBatch([
    {
      key: utf8("k"),
      value: utf8("ü\n"),
      timestamp: 5,
      headers: [{ key: "h", value: null }, { key: "h", value: new Uint8Array([255]) }],
    },
    { key: null, value: new Uint8Array([0xc0, 0]), timestamp: 6 },
  ], { baseOffset: 3, partitionLeaderEpoch: 2, compression: { type: "gzip" } }).slice();
  const run = await runWith(dumpLogTool, ["--json", "--files", LOG], memoryWith({ [LOG]: batch }));
  const shared = { partitionLeaderEpoch: 2, compression: "gzip", magic: 2, position: 0 };
  assertEquals(lines(run), [
    {
      file: LOG,
      offset: 3,
      timestamp: 5,
      timestampType: "CreateTime",
      key: "k",
      value: "ü\n",
      headers: [
        { key: "h", value: null },
        { key: "h", value: "/w==", valueEncoding: "base64" },
      ],
      ...shared,
    },
    {
      file: LOG,
      offset: 4,
      timestamp: 6,
      timestampType: "CreateTime",
      key: null,
      value: "wAA=",
      valueEncoding: "base64",
      ...shared,
    },
  ]);
  assertEquals(run.status, 0);
});

Deno.test("every record of the fixtures is a line that parses", async () => {
  const run = await runInFixtures(dumpLogTool, ["--json", "--files", "broker/txn-0"]);
  const all = lines(run);
  assertEquals(all.map((line) => line.offset), Array.from({ length: 283 }, (_, i) => i));
  const markers = all.filter((line) => line.control !== undefined);
  assert(markers.length > 10 && markers.every((line) => /ABORT|COMMIT/.test(line.control.type)));
});

Deno.test("decoded keys and values are JSON themselves", async () => {
  const run = await runInFixtures(dumpLogTool, [
    "--json",
    "--offsets-decoder",
    "--from-offset=30",
    "--to-offset=31",
    "--files=broker/__consumer_offsets-0",
  ]);
  const [line] = lines(run);
  assertEquals(line.key, {
    type: "1",
    data: { group: "fixture-group-manual", topic: "plain", partition: 0 },
  });
  assertEquals(line.value.data.metadata, "first");
});

Deno.test("damage is a line with its place, and the status tells", async () => {
  const torn = textBatch(2, ["c"]).subarray(0, 40);
  const a = textBatch(0, ["a"]);
  const flipped = textBatch(1, ["b"]);
  flipped[flipped.length - 1]! ^= 1;
  const fileSystem = memoryWith({ [LOG]: concat(a, flipped, a, torn) });
  const run = await runWith(dumpLogTool, ["--json", "--files", LOG], fileSystem);
  const all = lines(run);
  assertEquals(all.map((line) => line.offset ?? [line.position, line.bytes]), [
    0,
    [a.length, flipped.length],
    0,
    [2 * a.length + flipped.length, 40],
  ]);
  assertEquals(run.status, 1);
  const limited = await runWith(
    dumpLogTool,
    ["--json", `--max-bytes=${a.length + 10}`, "--files", LOG],
    fileSystem,
  );
  assertEquals([limited.status, lines(limited).length], [0, 1]);
});

Deno.test("indexes, snapshots and checkpoints have lines of their own", async () => {
  const base = "broker/txn-0/00000000000000000055";
  const run = await runInFixtures(dumpLogTool, [
    "--json",
    "--files",
    `${base}.snapshot,${base}.timeindex,${base}.txnindex,broker/txn-0/leader-epoch-checkpoint,` +
    "broker/multiseg-0/00000000000000000000.index",
  ]);
  const all = lines(run);
  assertEquals(all[0].producerId, 16);
  assertEquals(all.find((line) => line.file.endsWith(".timeindex")).offset, 81);
  assertEquals(all.filter((line) => line.file.endsWith(".txnindex")).length, 2);
  assertEquals(all.find((line) => line.file.endsWith("checkpoint")).startOffset, 0);
  assert(all.find((line) => line.file.endsWith(".index")).position > 0);
});
