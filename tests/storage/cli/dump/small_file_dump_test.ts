import { assertEquals } from "@std/assert";
import { dumpLogTool } from "../../../../storage/cli/dump_log.ts";
import { copyOfFixtures, memoryWith, runWith, writeFile } from "../cli_support.ts";

Deno.test("a corrupt snapshot is a line on standard error, and no failure", async () => {
  const fileSystem = copyOfFixtures("broker/txn-0");
  const path = "/broker/txn-0/00000000000000000055.snapshot";
  const file = fileSystem.open(path);
  file.write(20, new Uint8Array([99]));
  file.close();
  const run = await runWith(dumpLogTool, ["--files", path], fileSystem);
  assertEquals(run.stdout, `Dumping ${path}\n`);
  assertEquals(
    run.stderr.startsWith("Snapshot is corrupt (CRC is no longer valid). Stored crc: "),
    true,
  );
  assertEquals(run.status, 0);
});

Deno.test("a transaction index of another version ends the tool, one that is not there is empty", async () => {
  const entry = new Uint8Array(34);
  const path = "/00000000000000000000.txnindex";
  const fileSystem = memoryWith({ [path]: entry });
  const fine = await runWith(dumpLogTool, ["--files", path], fileSystem);
  assertEquals(
    fine.stdout,
    `Dumping ${path}\nversion: 0 producerId: 0 firstOffset: 0 lastOffset: 0 lastStableOffset: 0\n`,
  );
  entry[0] = 1;
  writeFile(fileSystem, path, entry);
  const run = await runWith(dumpLogTool, ["--files", path], fileSystem);
  assertEquals(
    run.stderr,
    'Exception in thread "main" org.apache.kafka.common.KafkaException: Unexpected aborted transaction version 1 ' +
      `in transaction index ${path}, current version is 0\n`,
  );
  const none = await runWith(
    dumpLogTool,
    ["--files", "/00000000000000000009.txnindex"],
    fileSystem,
  );
  assertEquals([none.status, none.stderr], [0, ""]);
});

Deno.test("a malformed checkpoint is one line and status 1", async () => {
  const fileSystem = memoryWith({ "/leader-epoch-checkpoint": "0\nx\n" });
  const run = await runWith(dumpLogTool, ["--files", "/leader-epoch-checkpoint"], fileSystem);
  assertEquals(run.status, 1);
  assertEquals(run.stderr.trimEnd().split("\n").length, 1);
});
