/**
 * `seglog log verify | repair | reindex | explain`: looks after log directories while no broker uses them. Kafka has
 * no such tool.
 *
 * @module
 */

import { LogUnavailableError } from "../errors.ts";
import {
  CLEANER_OFFSET_CHECKPOINT_FILE,
  LOG_START_OFFSET_CHECKPOINT_FILE,
  META_PROPERTIES_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
  topicPartitionKey,
} from "../file/file_names.ts";
import type { DirectoryLock } from "../file/file_system.ts";
import { OffsetCheckpointFile } from "../file/offset_checkpoint_file.ts";
import { joinPath } from "../file/paths.ts";
import { parseLogConfig } from "../log/config/log_config.ts";
import { type JsonValue, toJsonText } from "./decoders/json_text.ts";
import { javaPath } from "./java_text.ts";
import { explainPartition, explanationText } from "./log/explain.ts";
import { type Fault, faultJson, faultText } from "./log/fault.ts";
import { readTopicConfigs } from "./log/metadata_configs.ts";
import { type LogTarget, logTarget } from "./log/partition_files.ts";
import { reindexPartition } from "./log/reindex.ts";
import {
  lowerCheckpoints,
  planCheckpoints,
  planRepair,
  repairPartition,
  type RepairStep,
} from "./log/repair.ts";
import { type PartitionFinding, verifyLogDir, verifyPartition } from "./log/verify_partition.ts";
import {
  type OptionDefinition,
  type ParsedOptions,
  parseOptions,
  plainly,
} from "./option_parser.ts";
import { type LineOutput, runTool, ToolFailure, type ToolIo } from "./tool.ts";

const USAGE = `Usage: seglog log verify  DIRECTORY... [--json] [--shallow]
       seglog log repair  DIRECTORY... [--json] [--execute] [--salvage] [--config NAME=VALUE]...
       seglog log reindex DIRECTORY... [--json] [--config NAME=VALUE]...
       seglog log explain DIRECTORY... [--json] [--config NAME=VALUE]...
A DIRECTORY is that of a partition or that of a broker with all of its partitions; no broker may be using it.
  verify     names every fault: file, byte position, offset
  repair     cuts off what is damaged and what is behind it, as a broker does when it starts, and rebuilds the
             rest; with --salvage keeps what is sound behind the damage; tells what it would do, and does it
             only with --execute
  reindex    rebuilds .index, .timeindex and .txnindex from the data
  explain    says why segments are, or are not, deleted or cleaned now
  --shallow  checks batches but not the records in them
  --config   a config of the topic, where the directory has no metadata log that tells (index.interval.bytes,
             cleanup.policy, retention.ms ...)
Exit status: 0 when all is well, 1 for faults and errors.`;

/** The options; the usage text tells what they do. */
export const LOG_OPTIONS: readonly OptionDefinition[] = [
  { name: "json", description: "" },
  { name: "shallow", description: "" },
  { name: "execute", description: "" },
  { name: "salvage", description: "" },
  { name: "config", description: "", argument: "required" },
  { name: "help", description: "" },
];

/** What `--config NAME=VALUE` gives, which may come more than once. */
function configsOf(options: ParsedOptions): Record<string, string> {
  return Object.fromEntries(
    options.valuesOf("config").map((text) => {
      const equals = text.indexOf("=");
      if (equals <= 0) throw new ToolFailure(`--config needs NAME=VALUE: ${text}`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}

class LogTool {
  readonly #io: ToolIo;
  readonly #output: LineOutput;
  readonly #options: ParsedOptions;
  readonly #json: boolean;
  readonly #config: Record<string, string>;

  constructor(
    io: ToolIo,
    output: LineOutput,
    options: ParsedOptions,
  ) {
    this.#io = io;
    this.#output = output;
    this.#options = options;
    this.#json = options.has("json");
    this.#config = configsOf(options);
  }

  run(command: string, directories: readonly string[]): number {
    const { fileSystem } = this.#io.env;
    let isFine = true;
    for (const directory of directories) {
      const target = logTarget(fileSystem, javaPath(directory));
      let isTargetFine: boolean;
      if (command === "verify") isTargetFine = this.#verify(target);
      else if (command === "repair") isTargetFine = this.#repair(target);
      else if (command === "reindex") isTargetFine = this.#reindex(target);
      else isTargetFine = this.#explain(target);
      isFine &&= isTargetFine;
    }
    return isFine ? 0 : 1;
  }

  #print(text: string, json: JsonValue): void {
    this.#output.print(this.#json ? toJsonText(json) : text);
  }

  #progress = (text: string): void => this.#io.progress?.(text);

  #findings(target: LogTarget, isDeep: boolean, checksAll = true): PartitionFinding[] {
    const { fileSystem } = this.#io.env;
    const findings = target.partitions.map((directory) =>
      verifyPartition(directory, { fileSystem, isDeep, checksAll, progress: this.#progress })
    );
    this.#progress("");
    return findings;
  }

  #printFaults(faults: readonly Fault[]): void {
    for (const fault of faults) this.#print(faultText(fault), faultJson(fault));
  }

  #verify(target: LogTarget): boolean {
    const findings = this.#findings(target, !this.#options.has("shallow"));
    return this.#reportFindings(target, findings);
  }

  #reportFindings(target: LogTarget, findings: readonly PartitionFinding[]): boolean {
    let faults = 0;
    for (const finding of findings) {
      this.#printFaults(finding.faults);
      this.#printSummary(finding);
      faults += finding.faults.length;
    }
    if (target.home === target.path) {
      const dirFaults = verifyLogDir(target, findings, this.#io.env.fileSystem);
      this.#printFaults(dirFaults);
      faults += dirFaults.length;
    }
    return faults === 0;
  }

  #printSummary(finding: PartitionFinding): void {
    const { directory, segments, startOffset, endOffset, faults } = finding;
    const sum = (of: (segment: PartitionFinding["segments"][number]) => number) =>
      segments.reduce((total, segment) => total + of(segment), 0);
    const batches = sum((segment) => segment.batches);
    const records = sum((segment) => segment.records);
    const bytes = sum((segment) => segment.size);
    this.#print(
      `${directory.path}: ${counted(segments.length, "segment")}, ` +
        `${counted(batches, "batch", "batches")}, ${counted(records, "record")}, ${bytes} bytes, ` +
        `offsets ${startOffset} to ${endOffset}: ` +
        (faults.length === 0 ? "no fault" : counted(faults.length, "fault")),
      {
        partition: directory.path,
        segments: segments.length,
        batches,
        records,
        bytes,
        startOffset,
        endOffset,
        faults: faults.length,
      },
    );
  }

  /** The lock that a broker holds on its directory: on that of the target, or on the one around a partition. */
  #lock(target: LogTarget): DirectoryLock | undefined {
    const { fileSystem } = this.#io.env;
    const directory = target.home;
    const isOwned = target.home === target.path ||
      fileSystem.stat(joinPath(directory, META_PROPERTIES_FILE)) !== undefined;
    if (!isOwned) return undefined;
    try {
      return fileSystem.lock(directory);
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      throw new ToolFailure(`The directory is in use: ${directory}`, 1, { cause: error });
    }
  }

  #offsets(target: LogTarget, name: string): ReadonlyMap<string, number> {
    const { fileSystem } = this.#io.env;
    const offsets = new Map<string, number>();
    const file = joinPath(target.home, name);
    if (fileSystem.stat(file) === undefined) return offsets;
    for (const [key, { offset }] of new OffsetCheckpointFile(fileSystem, file).read()) {
      offsets.set(key, offset);
    }
    return offsets;
  }

  #topicConfig(
    configs: ReadonlyMap<string, Readonly<Record<string, string>>>,
    finding: PartitionFinding,
  ): Record<string, string> {
    return { ...configs.get(finding.directory.topicPartition.topic), ...this.#config };
  }

  #configs(target: LogTarget): ReadonlyMap<string, Readonly<Record<string, string>>> {
    return readTopicConfigs(this.#io.env.fileSystem, target.home);
  }

  #printStep(step: RepairStep, executes: boolean): void {
    const lost = step.bytes === undefined ? "" : ` (${step.bytes} bytes)`;
    const offset = step.offset === undefined ? "" : `, offset ${step.offset}`;
    this.#print(
      `${executes ? "" : "would "}${step.action} ${step.file}${offset}: ${step.message}${lost}`,
      { ...step, executed: executes },
    );
  }

  #repair(target: LogTarget): boolean {
    const { env } = this.#io;
    const executes = this.#options.has("execute");
    const mode = this.#options.has("salvage") ? "salvage" : "kafka";
    const lock = executes ? this.#lock(target) : undefined;
    try {
      const findings = this.#findings(target, true);
      const configs = this.#configs(target);
      const starts = this.#offsets(target, LOG_START_OFFSET_CHECKPOINT_FILE);
      const endOffsets = new Map<string, number>();
      let steps = 0;
      for (const finding of findings) {
        const key = topicPartitionKey(finding.directory.topicPartition);
        const plan = planRepair(finding, mode);
        for (const step of plan) this.#printStep(step, executes);
        steps += plan.length;
        let endOffset = plan.find((step) => step.action === "cut")?.offset ?? finding.endOffset;
        if (executes && plan.length > 0) {
          endOffset = repairPartition(finding, starts.get(key) ?? 0, {
            env,
            mode,
            config: this.#topicConfig(configs, finding),
            progress: this.#progress,
          });
        }
        endOffsets.set(key, endOffset);
      }
      this.#progress("");
      if (target.home === target.path) {
        const plan = planCheckpoints(env, target.path, endOffsets);
        for (const step of plan) this.#printStep(step, executes);
        steps += plan.length;
        if (executes && plan.length > 0) lowerCheckpoints(env, target.path, endOffsets);
      }
      if (steps === 0) return this.#reportFindings(target, findings);
      if (!executes) {
        const message = "Nothing was changed; run again with --execute to do it";
        this.#print(message, { message });
        return false;
      }
      return this.#reportFindings(target, this.#findings(target, true));
    } finally {
      lock?.release();
    }
  }

  #reindex(target: LogTarget): boolean {
    const { env } = this.#io;
    const lock = this.#lock(target);
    try {
      const configs = this.#configs(target);
      let isFine = true;
      for (const finding of this.#findings(target, false, false)) {
        const results = reindexPartition(finding, {
          env,
          config: this.#topicConfig(configs, finding),
          progress: this.#progress,
        });
        this.#progress("");
        for (const { file, result, message } of results) {
          this.#print(`${result} ${file}: ${message}`, { file, result, message });
          if (result === "refused") isFine = false;
        }
      }
      return isFine;
    } finally {
      lock?.release();
    }
  }

  #explain(target: LogTarget): boolean {
    const now = this.#io.env.clock.now();
    const configs = this.#configs(target);
    const starts = this.#offsets(target, LOG_START_OFFSET_CHECKPOINT_FILE);
    const highWatermarks = this.#offsets(target, REPLICATION_OFFSET_CHECKPOINT_FILE);
    const cleaned = this.#offsets(target, CLEANER_OFFSET_CHECKPOINT_FILE);
    for (const finding of this.#findings(target, false, false)) {
      const key = topicPartitionKey(finding.directory.topicPartition);
      if (finding.segments.length === 0) continue;
      const explanation = explainPartition({
        finding,
        config: parseLogConfig(this.#topicConfig(configs, finding)),
        now,
        logStartOffset: starts.get(key),
        highWatermark: highWatermarks.get(key),
        cleanedUpTo: cleaned.get(key),
      });
      this.#output.print(
        this.#json ? JSON.stringify(explanation) : explanationText(explanation),
      );
    }
    return true;
  }
}

/** The commands. */
export const LOG_COMMANDS: readonly string[] = ["verify", "repair", "reindex", "explain"];

/**
 * Runs `log`.
 *
 * @param args a command, directories and options; see the usage text
 * @returns 0 when all is well, 1 for faults and errors
 */
export function logTool(args: readonly string[], io: ToolIo): Promise<number> {
  return runTool(io, (output) => {
    try {
      const options = plainly(() => parseOptions(args, LOG_OPTIONS));
      if (options.has("help")) {
        output.print(USAGE);
        return 0;
      }
      const [command, ...directories] = options.rest;
      if (command === undefined || !LOG_COMMANDS.includes(command) || directories.length === 0) {
        io.stderr(USAGE);
        return 1;
      }
      return new LogTool(io, output, options).run(command, directories);
    } finally {
      io.progress?.("");
    }
  });
}
