/**
 * `seglog dump-log`: shows what is in the files of a log. Flags and output are those of Kafka's
 * `kafka-dump-log.sh`, line for line; what is added is off unless it is asked for.
 *
 * @module
 */

import {
  INDEX_SUFFIX,
  LOG_SUFFIX,
  PRODUCER_SNAPSHOT_SUFFIX,
  TIME_INDEX_SUFFIX,
  TXN_INDEX_SUFFIX,
} from "../file/file_names.ts";
import { DUMP_OPTIONS } from "./dump/dump_options.ts";
import { type DumpFindings, type DumpRequest, dumpRequest } from "./dump/dump_request.ts";
import { listFiles } from "./dump/file_list.ts";
import { dumpIndex } from "./dump/index_dump.ts";
import { dumpLogAsJson } from "./dump/json_dump.ts";
import { CHECKPOINT_SUFFIX, dumpLog } from "./dump/log_dump.ts";
import { dumpProducerSnapshot, dumpTextCheckpoint, dumpTxnIndex } from "./dump/small_file_dump.ts";
import { dumpTimeIndex } from "./dump/time_index_dump.ts";
import { baseName, hashMapOrder, javaSplit } from "./java_text.ts";
import { parseOptions, usageFailure } from "./option_parser.ts";
import { type LineOutput, runTool, type ToolIo } from "./tool.ts";
import { usageText } from "./usage_text.ts";

/** The release of Kafka whose tool this is, which is what `--version` prints. */
const KAFKA_VERSION = "4.3.1";

const HELP_LINE =
  "This tool helps to parse a log file and dump its contents to the console, useful for debugging a seemingly " +
  "corrupt log segment.";

function dumpFile(request: DumpRequest, path: string): void {
  const { output, json } = request;
  if (!json) output.print(`Dumping ${path}`);
  const name = baseName(path);
  const dot = name.lastIndexOf(".");
  switch (dot < 0 ? "" : name.slice(dot)) {
    case LOG_SUFFIX:
    case CHECKPOINT_SUFFIX:
      return json ? dumpLogAsJson(request, path) : dumpLog(request, path);
    case INDEX_SUFFIX:
      return dumpIndex(request, path);
    case TIME_INDEX_SUFFIX:
      return dumpTimeIndex(request, path);
    case TXN_INDEX_SUFFIX:
      return dumpTxnIndex(request, path);
    case PRODUCER_SNAPSHOT_SUFFIX:
      return dumpProducerSnapshot(request, path);
  }
  if (!dumpTextCheckpoint(request, path)) output.printError(`Ignoring unknown file ${path}`);
}

function printPairs(
  output: LineOutput,
  map: ReadonlyMap<string, readonly (readonly [number | bigint, number | bigint])[]>,
  head: string,
  line: (first: number | bigint, second: number | bigint) => string,
): void {
  for (const [path, pairs] of hashMapOrder(map)) {
    output.printError([`${head}${path}`, ...pairs.map(([a, b]) => line(a, b))].join("\n"));
  }
}

function sortedPairs(
  map: ReadonlyMap<string, ReadonlyMap<number, number>>,
  sign: number,
): Map<string, [number, number][]> {
  return new Map([...map].map(([path, pairs]) => [
    path,
    [...pairs].sort(([a], [b]) => (a - b) * sign),
  ]));
}

/** What was found wrong in all the files, in Kafka's order: indexes, time indexes, gaps between offsets. */
function printFindings(output: LineOutput, findings: DumpFindings): void {
  printPairs(
    output,
    sortedPairs(findings.indexMismatches, -1),
    "Mismatches in :",
    (index, log) => `  Index offset: ${index}, log offset: ${log}`,
  );
  printPairs(
    output,
    findings.timestampMismatches,
    "Found timestamp mismatch in :",
    (index, log) => `  Index timestamp: ${index}, log timestamp: ${log}`,
  );
  printPairs(
    output,
    findings.timestampsOutOfOrder,
    "Found out of order timestamp in :",
    (index, previous) => `  Index timestamp: ${index}, Previously indexed timestamp: ${previous}`,
  );
  printPairs(
    output,
    findings.offsetsNotFound,
    "The following indexed offsets are not found in :",
    (index, log) => `Indexed offset: ${index}, found log offset: ${log}`,
  );
  printPairs(
    output,
    sortedPairs(findings.nonConsecutive, 1),
    "Non-consecutive offsets in ",
    (offset, next) => `  ${offset} is followed by ${next}`,
  );
}

/**
 * Runs `dump-log`.
 *
 * @param args as Kafka's tool takes them; `--help-seglog` lists what is added
 * @returns 0, or 1 after a failure, the usage text, or damage that `--skip-damage` went past
 */
export function dumpLogTool(args: readonly string[], io: ToolIo): Promise<number> {
  return runTool(io, (output) => {
    const options = parseOptions(args, DUMP_OPTIONS);
    if (args.length === 0 || options.has("help")) throw usageFailure(HELP_LINE, DUMP_OPTIONS);
    if (options.has("version")) {
      output.print(KAFKA_VERSION);
      return 0;
    }
    if (options.has("help-seglog")) {
      const ours = DUMP_OPTIONS.filter((option) => option.isOurs === true)
        .map((option) => ({ ...option, isOurs: false }));
      output.print(usageText(ours));
      return 0;
    }
    if (!options.has("files")) {
      throw usageFailure('Missing required argument "[files]"', DUMP_OPTIONS);
    }
    const checksIndexes = options.has("verify-index-only") || options.has("index-sanity-check");
    const { files, hasDirectory } = listFiles(
      io.env.fileSystem,
      javaSplit(options.valueOf("files")!, ","),
      checksIndexes,
      options.longOf("from-offset") ?? -Infinity,
    );
    const request = dumpRequest(
      io,
      options,
      output,
      hasDirectory || options.has("skip-damage") || options.has("json"),
    );
    for (const file of files) dumpFile(request, file);
    printFindings(output, request.findings);
    return request.findings.damages > 0 ? 1 : 0;
  });
}
