/**
 * `seglog demo`: the engine's main job on a real directory. It appends to a topic, reads it back, compacts it and dumps what is
 * on the disk then, and says what it did.
 *
 * @module
 */

import { Log } from "../embedded/log.ts";
import { logFileName } from "../file/file_names.ts";
import { json } from "../serde/json.ts";
import { string } from "../serde/string.ts";
import { dumpLogTool } from "./dump_log.ts";
import { type OptionDefinition, parseOptions, plainly } from "./option_parser.ts";
import { runTool, type Tool, ToolFailure, type ToolIo } from "./tool.ts";

const RECORDS = 10_000;
const BATCH = 100;
const KEYS = 250;
const DUMPED_LINES = 8;

/** The options. */
export const DEMO_OPTIONS: readonly OptionDefinition[] = [
  { name: "dir", description: "", argument: "required", defaultsTo: "./data" },
  { name: "help", description: "" },
];

const USAGE = "Usage: seglog demo [--dir DIRECTORY]   (default: ./data)";

interface PageView {
  readonly page: string;
  readonly views: number;
}

function directoryOf(args: readonly string[]): string {
  const options = plainly(() => parseOptions(args, DEMO_OPTIONS));
  if (options.has("help") || options.rest.length > 0) throw new ToolFailure(USAGE);
  return options.valueOf("dir")!.replace(/\/+$/, "") || "/";
}

function count(value: number): string {
  return value.toLocaleString("en");
}

async function demo(args: readonly string[], io: ToolIo): Promise<number> {
  const directory = `${directoryOf(args)}/page-views-0`;
  const { clock, random } = io.env;
  let startMs = clock.monotonic();
  const took = () => {
    const ms = clock.monotonic() - startMs;
    startMs = clock.monotonic();
    return `${ms.toFixed(1)} ms`;
  };

  await using log = Log.open<PageView, string>(directory, {
    env: io.env,
    serde: json<PageView>(),
    keySerde: string(),
    cleanupPolicy: "compact",
    segmentBytes: 64 * 1024 * 1024,
    // The demo shows the files once more at the end: what compaction replaced need not linger.
    fileDeleteDelayMs: 0,
  });
  io.stdout(
    `Opened ${directory} in ${took()}: offsets ${count(log.logStartOffset)} to ` +
      `${count(log.logEndOffset)}, ${count(log.size)} bytes`,
  );

  const first = log.logEndOffset;
  for (let done = 0; done < RECORDS; done += BATCH) {
    log.append(Array.from({ length: BATCH }, (_, i) => {
      const page = `/page/${Math.floor(random.next() * KEYS)}`;
      return { key: page, value: { page, views: first + done + i } };
    }));
  }
  await log.flush();
  io.stdout(
    `Appended ${count(RECORDS)} records under ${KEYS} keys, in batches of ${BATCH}, and flushed ` +
      `them in ${took()}`,
  );

  let records = 0, sum = 0;
  for (const { value } of log.read({ from: first })) {
    records++;
    sum += value?.views ?? 0;
  }
  io.stdout(`Read ${count(records)} records back in ${took()} (checksum ${count(sum)})`);

  const { sizeBefore, sizeAfter } = await log.compact();
  const kept = [...log.read()].length;
  io.stdout(
    `Compacted ${count(sizeBefore)} to ${count(sizeAfter)} bytes in ${took()}: ` +
      `${count(kept)} records are left, the newest of each key`,
  );

  const { baseOffset } = log.partitionLog.segments.firstSegment!;
  const file = `${directory}/${logFileName(baseOffset)}`;
  const lines: string[] = [];
  const collect = {
    ...io,
    stdout: (text: string) => void lines.push(...text.split("\n")),
    // Of the gaps that compaction leaves the tool speaks at length.
    stderr: () => {},
  };
  await dumpLogTool(["--print-data-log", "--files", file], collect);
  io.stdout(`\nWhat dump-log says of ${file}, as Apache Kafka's own tool would:`);
  for (const line of lines.slice(0, DUMPED_LINES)) io.stdout(`  ${line.slice(0, 160)}`);
  io.stdout(`  … and ${count(Math.max(lines.length - DUMPED_LINES, 0))} lines more`);
  io.stdout(
    "\nStart it again to go on from here, or look closer:\n" +
      `  deno run -A cli.ts dump-log --print-data-log --files ${file}\n` +
      `  deno run -A cli.ts log verify ${directory}\n` +
      `  deno run -A cli.ts log explain --config cleanup.policy=compact ${directory}`,
  );
  return 0;
}

/** The tool; see the module. */
export const demoTool: Tool = (args, io) => runTool(io, () => demo(args, io));
