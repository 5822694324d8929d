import { assert, assertEquals } from "@std/assert";
import { dumpLogTool } from "../../../storage/cli/dump_log.ts";
import {
  concat,
  copyOfFixtures,
  filesBelow,
  FIXTURES,
  memoryWith,
  runInFixtures,
  runWith,
  textBatch,
  writeFile,
} from "./cli_support.ts";

const EXPECTED = `${FIXTURES}/expected`;

Deno.test("dump-log prints, of every file of the fixtures, what Kafka's tool printed", async () => {
  const goldens = filesBelow(EXPECTED);
  assert(goldens.length > 300, `${goldens.length}`);
  const different: string[] = [];
  for (const golden of goldens) {
    const text = Deno.readTextFileSync(`${EXPECTED}/${golden}`);
    const args = text.slice(0, text.indexOf("\n")).split(" ").slice(3);
    const run = await runInFixtures(dumpLogTool, args);
    const merged = run.merged.replaceAll(`${FIXTURES}/`, "");
    const actual = `$ kafka dump-log ${args.join(" ")}\n${merged}rc=${run.status}\n`;
    if (actual !== text) {
      different.push(golden);
      if (different.length === 1) assertEquals(actual.split("\n"), text.split("\n"), golden);
    }
  }
  assertEquals(different, []);
});

/** A file of `cli/`: the output, what stood behind `[stderr]`, and the status. */
function cliGolden(name: string): { stdout: string; stderr: string; status: number } {
  const text = Deno.readTextFileSync(`${FIXTURES}/cli/${name}`);
  const [head, rest] = text.split("[stderr]\n") as [string, string];
  const [stderr, status] = rest.split("[rc] ") as [string, string];
  return { stdout: head.slice(head.indexOf("\n") + 1), stderr, status: Number(status) };
}

Deno.test("without arguments, and with --help, it prints Kafka's usage text", async () => {
  const golden = cliGolden("dump-log-help.txt");
  for (const args of [[], ["--help"], ["--version", "--help", "--files", "x"]]) {
    const { stdout, stderr, status } = await runInFixtures(dumpLogTool, args);
    assertEquals({ stdout, stderr, status }, golden);
  }
});

Deno.test("a missing file and a file of another kind are told as Kafka does", async () => {
  const missing = await runInFixtures(dumpLogTool, ["--files", "nowhere/00000000000000000000.log"]);
  const { stdout, stderr, status } = missing;
  const goldens = filesBelow(`${FIXTURES}/cli`).filter((name) => name.startsWith("dump-log-"));
  const golden = goldens.map(cliGolden).find((each) => each.stderr.includes("NoSuchFile"));
  assertEquals({ stdout, stderr, status }, golden);
  const other = await runInFixtures(dumpLogTool, ["--files", "DIR/node/server.log.txt"]);
  const unknown = goldens.map(cliGolden).find((each) => each.stderr.startsWith("Ignoring"));
  assertEquals([other.stdout, other.stderr, other.status], [
    unknown?.stdout,
    unknown?.stderr,
    unknown?.status,
  ]);
});

Deno.test("--version is Kafka's, and a missing --files ends with the usage text", async () => {
  assertEquals((await runInFixtures(dumpLogTool, ["--version"])).stdout, "4.3.1\n");
  const { stderr, status } = await runInFixtures(dumpLogTool, ["--deep-iteration"]);
  assertEquals(stderr.split("\n")[0], 'Missing required argument "[files]"');
  assertEquals(status, 1);
  const ours = await runInFixtures(dumpLogTool, ["--help-seglog"]);
  assert(ours.stdout.includes("--json") && ours.stdout.includes("--skip-damage"));
});

Deno.test("wrong options and values end in Kafka's words, after what Kafka has printed by then", async () => {
  const head = 'Exception in thread "main" ';
  const log = "broker/plain-0/00000000000000000000.log";
  const cases: [string[], string, string][] = [
    [["--foo"], "", "joptsimple.UnrecognizedOptionException: foo is not a recognized option"],
    [
      ["--max-bytes", "abc", "--files", log],
      `Dumping ${log}\n`,
      "joptsimple.OptionArgumentConversionException: Cannot parse argument 'abc' of option max-bytes\n" +
      'Caused by: joptsimple.internal.ReflectionException: java.lang.NumberFormatException: For input string: "abc"\n' +
      'Caused by: java.lang.NumberFormatException: For input string: "abc"',
    ],
    [
      ["--max-bytes=-1", "--files", log],
      `Dumping ${log}\nLog starting offset: 0\n`,
      "java.lang.IllegalArgumentException: Invalid size: -1 in read from FileRecords(size=17381, " +
      `file=${log}, start=0, end=2147483647)`,
    ],
    [
      ["--value-decoder-class", "foo.Bar", "--files", log],
      `Dumping ${log}\n`,
      "java.lang.RuntimeException: Failed to load decoder class\n" +
      "Caused by: java.lang.ClassNotFoundException: foo.Bar",
    ],
    [
      ["--files", "broker/plain-0/x.log"],
      "Dumping broker/plain-0/x.log\n",
      'java.lang.NumberFormatException: For input string: "x"',
    ],
    [
      ["--files", "broker/plain-0/1.checkpoint"],
      "Dumping broker/plain-0/1.checkpoint\n",
      "java.util.NoSuchElementException: No value present",
    ],
  ];
  for (const [args, stdout, stderr] of cases) {
    const run = await runInFixtures(dumpLogTool, args);
    assertEquals([run.stdout, run.stderr, run.status], [stdout, `${head}${stderr}\n`, 1]);
  }
});

Deno.test("several files are dumped one after another, and what is wrong comes at the end", async () => {
  const directory = "broker/trimmed-0/";
  const files = ["00000000000000000138.log", "", "00000000000000000081.log"];
  const run = await runInFixtures(dumpLogTool, [
    "--deep-iteration",
    `--files=${files.map((file) => file && directory + file).join(",")}`,
  ]);
  assertEquals(run.status, 0);
  const lines = run.stderr.split("\n");
  assertEquals(lines[0], "Ignoring unknown file ");
  // The order is that of a Java HashMap.
  assertEquals(lines.filter((line) => line.startsWith("Non-consecutive")).length, 2);
  assertEquals(lines.filter((line) => line.startsWith("  -1 is followed by")).sort(), [
    "  -1 is followed by 138",
    "  -1 is followed by 81",
  ]);
});

Deno.test("records are printed with any decoder option, and only then", async () => {
  const log = "broker/plain-0/00000000000000000000.log";
  const decoder = "org.apache.kafka.tools.api.StringDecoder";
  const count = async (...args: string[]) => {
    const { stdout } = await runInFixtures(dumpLogTool, [...args, "--files", log]);
    return [stdout.split("\n|").length - 1, stdout.split(" payload:").length - 1];
  };
  assertEquals(await count(), [0, 0]);
  assertEquals((await count("--deep-iteration"))[0], 71);
  assertEquals((await count("--deep-iteration"))[1], 0);
  const printed = await count("--print-data-log");
  assert(printed[0] === 71 && printed[1]! > 60);
  for (const args of [["--value-decoder-class", decoder], ["--key-decoder-class"]]) {
    assertEquals(await count(...args), printed);
  }
});

Deno.test("--max-bytes stops at the last whole batch, and says nothing about the rest", async () => {
  const log = "broker/plain-0/00000000000000000000.log";
  const run = await runInFixtures(dumpLogTool, ["--max-bytes", "480", "--files", log]);
  assertEquals(run.stdout.trimEnd().split("\n").length, 2 + 3);
  assertEquals(run.status, 0);
});

Deno.test("--skip-record-metadata leaves keys and values, and empty lines for markers", async () => {
  const log = "broker/txn-0/00000000000000000055.log";
  const run = await runInFixtures(dumpLogTool, [
    "--print-data-log",
    "--skip-record-metadata",
    "--files",
    log,
  ]);
  const lines = run.stdout.split("\n");
  assert(lines.some((line) => line.startsWith("| key: k7 payload: {")));
  assert(lines.includes("") && !run.stdout.includes("endTxnMarker"));
});

Deno.test("a directory stands for its segments, damage is told and gone past", async () => {
  const run = await runInFixtures(dumpLogTool, ["--files", "corrupt/bad-crc-middle/before/"]);
  const lines = run.stdout.trimEnd().split("\n");
  assertEquals(
    lines[0],
    "Dumping corrupt/bad-crc-middle/before/00000000000000000000.log",
  );
  assertEquals(lines.filter((line) => line.startsWith("baseOffset")).length, 25);
  assert(
    lines.some((line) => line.startsWith("Damage at position 10951: 833 bytes, Record is corrupt")),
  );
  assertEquals(run.status, 1);
  const whole = await runInFixtures(dumpLogTool, ["--files", "broker/txn-0"]);
  assertEquals(whole.stdout.split("Dumping ").length - 1, 10);
  assertEquals(whole.status, 0);
  const indexes = await runInFixtures(dumpLogTool, ["--verify-index-only", "--files", "broker"]);
  assertEquals(indexes.stderr, "");
  assert(indexes.stdout.split(".timeindex").length > 20);
});

Deno.test("a range of offsets leaves out batches, records and segments", async () => {
  const offsets = async (from: number, to: number) => {
    const run = await runInFixtures(dumpLogTool, [
      "--deep-iteration",
      `--from-offset=${from}`,
      `--to-offset=${to}`,
      "--files=broker/multiseg-0",
    ]);
    return run;
  };
  const run = await offsets(113, 118);
  const records = run.stdout.split("\n").filter((line) => line.startsWith("|"));
  assertEquals(records.map((line) => Number(line.split(" ")[2])), [113, 114, 115, 116, 117]);
  assertEquals(run.stderr, "");
  const late = await offsets(250, 1000);
  assertEquals(late.stdout.split("Dumping ").length - 1, 1);
});

Deno.test("text checkpoints, which Kafka's tool ignores, are shown", async () => {
  const run = await runInFixtures(dumpLogTool, [
    "--files",
    "broker/plain-0/leader-epoch-checkpoint,broker/log-start-offset-checkpoint",
  ]);
  assertEquals(run.status, 0);
  const lines = run.stdout.split("\n");
  assertEquals(lines.slice(0, 3), [
    "Dumping broker/plain-0/leader-epoch-checkpoint",
    "epoch: 0 startOffset: 0",
    "epoch: 4 startOffset: 71",
  ]);
  assert(lines.includes("topic: trimmed partition: 0 offset: 97"));
});

Deno.test("an index that disagrees with the log is listed on standard error", async () => {
  const fileSystem = copyOfFixtures("broker/multiseg-0");
  const index = "/broker/multiseg-0/00000000000000000000.index";
  const file = fileSystem.open(index);
  // The offset of the third entry, one too high.
  const bytes = new Uint8Array(8);
  file.read(16, bytes, 0, 8);
  bytes[3]! += 1;
  file.write(16, bytes);
  file.close();
  const run = await runWith(dumpLogTool, ["--verify-index-only", "--files", index], fileSystem);
  const offset = new DataView(bytes.buffer).getInt32(0);
  assertEquals(
    run.stderr,
    `Mismatches in :${index}\n  Index offset: ${offset}, log offset: ${offset - 1}\n`,
  );
  assertEquals(run.stdout, `Dumping ${index}\n`);
});

Deno.test("an empty index, and the zeros behind one that was not closed, are passed over", async () => {
  const log = concat(textBatch(0, ["a"]), textBatch(1, ["b"]));
  const fileSystem = memoryWith({ "/0.log": log, "/0.index": "", "/0.timeindex": "" });
  const run = await runWith(dumpLogTool, ["--files", "/0.index,/0.timeindex"], fileSystem);
  assertEquals(run.stdout, "Dumping /0.index\n/0.index is empty.\nDumping /0.timeindex\n");
  const entry = new Uint8Array(80);
  entry.set([0, 0, 0, 1, 0, 0, 0, log.length / 2]);
  writeFile(fileSystem, "/0.index", entry);
  const zeros = await runWith(dumpLogTool, ["--files", "/0.index"], fileSystem);
  assertEquals(zeros.stdout, `Dumping /0.index\noffset: 1 position: ${log.length / 2}\n`);
  assertEquals(zeros.stderr, "");
});
