import { assertEquals } from "@std/assert";
import { dumpLogTool } from "../../../../storage/cli/dump_log.ts";
import { gzipSync } from "node:zlib";
import { concat, memoryWith, runWith, textBatch, utf8 } from "../cli_support.ts";
import { legacyMessage } from "../legacy_message.ts";

const LOG = "/00000000000000000000.log";

async function dump(bytes: Uint8Array, ...args: string[]) {
  return await runWith(dumpLogTool, [...args, "--files", LOG], memoryWith({ [LOG]: bytes }));
}

Deno.test("messages of magic 0 and 1, wrapped ones too, dump as Kafka's tool dumps them", async () => {
  const pair = (magic: 0 | 1, first: number) =>
    gzipSync(concat(
      legacyMessage({ magic, offset: first, timestamp: 7, key: utf8("x"), value: utf8("1") }),
      legacyMessage({ magic, offset: first + 1, timestamp: 9, key: utf8("y"), value: utf8("2") }),
    ));
  const run = await dump(
    concat(
      legacyMessage({ magic: 1, offset: 2, timestamp: 5, key: utf8("a") }),
      legacyMessage({ magic: 1, offset: 6, timestamp: 9, attributes: 1, value: pair(1, 0) }),
      legacyMessage({ magic: 1, offset: 8, timestamp: 99, attributes: 9, value: pair(1, 0) }),
      legacyMessage({ magic: 0, offset: 10, attributes: 1, value: pair(0, 9) }),
    ),
    "--print-data-log",
  );
  const records = run.stdout.split("\n").filter((line) => line.startsWith("|"));
  assertEquals(records, [
    "| offset: 2 CreateTime: 5 keySize: 1 valueSize: -1 isValid: true crc: 1517694920 key: a",
    "| offset: 5 CreateTime: 7 keySize: 1 valueSize: 1 isValid: true crc: 1246363691 key: x payload: 1",
    "| offset: 6 CreateTime: 9 keySize: 1 valueSize: 1 isValid: true crc: 1248438578 key: y payload: 2",
    "| offset: 7 LogAppendTime: 99 keySize: 1 valueSize: 1 isValid: true crc: 1246363691 key: x payload: 1",
    "| offset: 8 LogAppendTime: 99 keySize: 1 valueSize: 1 isValid: true crc: 1248438578 key: y payload: 2",
    "| offset: 9 NoTimestampType: -1 keySize: 1 valueSize: 1 isValid: true crc: 1914073868 key: x payload: 1",
    "| offset: 10 NoTimestampType: -1 keySize: 1 valueSize: 1 isValid: true crc: 541323539 key: y payload: 2",
  ]);
});

Deno.test("bytes behind the last whole batch are counted", async () => {
  const batch = textBatch(0, ["a"]);
  const run = await dump(concat(batch, batch.subarray(0, 30)));
  assertEquals(
    run.stdout.trimEnd().split("\n").at(-1),
    "Found 30 invalid bytes at the end of 00000000000000000000.log",
  );
  const limited = await dump(concat(batch, batch.subarray(0, 30)), "--max-bytes", "100");
  assertEquals(limited.stdout.includes("Found"), false);
});

Deno.test("records that do not decode end the tool in their middle", async () => {
  const batch = textBatch(0, ["a", "b"]);
  batch[61] = 0x7e;
  const run = await dump(batch, "--deep-iteration");
  assertEquals(run.status, 1);
  assertEquals(run.stdout.trimEnd().split("\n").length, 3);
  assertEquals(
    run.stderr.startsWith(
      'Exception in thread "main" org.apache.kafka.common.InvalidRecordException: ',
    ),
    true,
  );
  const skipped = await dump(batch, "--deep-iteration", "--skip-damage");
  assertEquals(skipped.status, 1);
  assertEquals(skipped.stdout.includes("Damage at position 0: "), true);
});
