/**
 * Where the offsets of a group go when they are reset.
 *
 * @module
 */

import { hashMapOrder, javaSplit } from "../../storage/cli/java_text.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { Admin } from "./admin_session.ts";
import type { OffsetSpec } from "../admin/offsets.ts";
import type { ClientToolIo } from "./client_tool.ts";
import { readToolText } from "./command_config.ts";
import { committedOffsets } from "./consumer_groups_describe.ts";
import { RESET_SCENARIOS } from "./consumer_groups_call.ts";
import { parseDateTime, parseDuration } from "./java_duration.ts";
import { describedTopics } from "./described_topics.ts";
import { illegalArgument, JavaException, runtimeException } from "./java_exception.ts";
import { future, uncheckedFuture } from "./java_future.ts";
import { logLine } from "./log_line.ts";
import { inHashOrder } from "./partition_order.ts";
import type { ToolOptions } from "./tool_options.ts";

/**
 * The partitions that an option names: `orders:0,1`.
 *
 * @throws {JavaException} `IllegalArgumentException`
 */
export function parseTopicWithPartitions(text: string): TopicPartition[] {
  const parts = javaSplit(text, ":");
  if (parts.length !== 2) {
    throw illegalArgument(`Invalid topic arg '${text}', expected topic name and partitions`);
  }
  const [topic, numbers] = parts as [string, string];
  return javaSplit(numbers, ",").map((number) => {
    if (!/^[+-]?\d+$/.test(number)) {
      throw illegalArgument(`Invalid partition '${number}' specified in topic arg '${text}''`);
    }
    return { topic, partition: Number(number) };
  });
}

/**
 * The plans of a file: lines of `group,topic,partition,offset`, or without the group when there is only one.
 *
 * @throws {JavaException} for a line that is something else
 */
export function parseResetPlan(
  text: string,
  groups: readonly string[],
): Map<string, TopicPartitionMap<number>> {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const rows = lines.map((line) => line.split(",").map((cell) => cell.replace(/^"(.*)"$/, "$1")));
  const withoutGroup = groups.length === 1 && rows[0]?.length === 3;
  const plans = new Map<string, TopicPartitionMap<number>>();
  for (const [i, row] of rows.entries()) {
    const [group, topic, partition, offset] = withoutGroup ? [groups[0]!, ...row] : row;
    const isNumber = /^\d+$/.test(partition ?? "") && /^-?\d+$/.test(offset ?? "");
    if (row.length !== (withoutGroup ? 3 : 4) || !isNumber) {
      throw new JavaException(
        "java.lang.RuntimeException",
        `Line ${i + 1} of the reset plan is not a plan: ${lines[i]}`,
      );
    }
    const plan = plans.get(group!) ?? new TopicPartitionMap<number>();
    plan.set({ topic: topic!, partition: Number(partition) }, Number(offset));
    plans.set(group!, plan);
  }
  return plans;
}

/** Finds where the offsets of groups go. */
export class OffsetReset {
  readonly #admin: Admin;
  readonly #options: ToolOptions;
  readonly #io: ClientToolIo;
  readonly #output: LineOutput;
  readonly #timeoutMs: number;

  /** Over the options of a call. */
  constructor(
    admin: Admin,
    options: ToolOptions,
    timeoutMs: number,
    io: ClientToolIo,
    output: LineOutput,
  ) {
    this.#admin = admin;
    this.#options = options;
    this.#timeoutMs = timeoutMs;
    this.#io = io;
    this.#output = output;
  }

  /** The new offsets of a group, by partition. */
  async offsetsOf(group: string): Promise<TopicPartitionMap<number>> {
    const partitions = await this.#partitions(group);
    await this.#check(partitions);
    return await this.#prepare(group, partitions);
  }

  async #partitions(group: string): Promise<TopicPartition[]> {
    const options = this.#options;
    if (options.has("all-topics")) {
      const committed = await committedOffsets(this.#admin, group, this.#timeoutMs);
      return [...committed].map(([key]) => key);
    }
    if (options.has("topic")) {
      const given = options.values("topic");
      const named = given.filter((topic) => topic.includes(":"))
        .flatMap(parseTopicWithPartitions);
      const whole = given.filter((topic) => !topic.includes(":"));
      return [...named, ...await this.#partitionsOf(whole)];
    }
    if (options.has("from-file")) return [];
    throw options.fail("One of the reset scopes should be defined: --all-topics, --topic.");
  }

  async #partitionsOf(topics: readonly string[]): Promise<TopicPartition[]> {
    const described = await describedTopics(this.#admin, topics, { timeoutMs: this.#timeoutMs });
    return described.flatMap(({ name, partitions }) =>
      partitions.map(({ partition }) => ({ topic: name, partition }))
    );
  }

  /** @throws {KafkaError} when partitions are not there, or have no leader */
  async #check(partitions: readonly TopicPartition[]): Promise<void> {
    const topics = [...new Set(partitions.map(({ topic }) => topic))];
    if (topics.length === 0) return;
    const described = await uncheckedFuture(
      this.#admin.describeTopics(topics, { timeoutMs: this.#timeoutMs })
        .then((results) => new Map(results.all())),
    );
    const infoOf = ({ topic, partition }: TopicPartition) =>
      described.get(topic)?.partitions.find((info) => info.partition === partition);
    const names = (list: readonly TopicPartition[]) => list.map(topicPartitionKey).join(",");
    const missing = partitions.filter((each) => infoOf(each) === undefined);
    if (missing.length > 0) {
      const message = `The partitions "${names(missing)}" do not exist`;
      throw new KafkaError("UNKNOWN_TOPIC_OR_PARTITION", message);
    }
    const leaderless = partitions.filter((each) => infoOf(each)!.leader === null);
    if (leaderless.length > 0) {
      const message = `The partitions "${names(leaderless)}" have no leader`;
      throw new KafkaError("LEADER_NOT_AVAILABLE", message);
    }
  }

  async #prepare(
    group: string,
    partitions: readonly TopicPartition[],
  ): Promise<TopicPartitionMap<number>> {
    const options = this.#options;
    const each = (offset: number) =>
      new TopicPartitionMap(partitions.map((partition) => [partition, offset] as const));
    switch (RESET_SCENARIOS.find((name) => options.has(name))) {
      case "to-offset":
        return await this.#inRange(each(options.long("to-offset")!));
      case "to-earliest":
        return await this.#listed(partitions, "earliest");
      case "to-latest":
        return await this.#listed(partitions, "latest");
      case "shift-by":
        return await this.#inRange(await this.#shifted(group, partitions));
      case "to-datetime":
        return await this.#atTime(partitions, this.#dateTime());
      case "by-duration": {
        const before = parseDuration(options.value("by-duration")!);
        return await this.#atTime(partitions, this.#io.env.clock.now() - before);
      }
      case "from-file":
        return await this.#fromFile(group);
      case "to-current":
        return await this.#current(group, partitions);
    }
    const names = RESET_SCENARIOS.map((name) => `[${name}]`).join(", ");
    throw options.fail(
      `Option '[reset-offsets]' requires one of the following scenarios: [${names}]`,
    );
  }

  #dateTime(): number {
    try {
      return parseDateTime(this.#options.value("to-datetime")!);
    } catch (error) {
      throw error instanceof JavaException ? runtimeException(error) : error;
    }
  }

  async #listed(
    partitions: readonly TopicPartition[],
    spec: OffsetSpec,
  ): Promise<TopicPartitionMap<number>> {
    const found = await uncheckedFuture(
      this.#admin.listOffsets(partitions.map((partition) => [partition, spec]), {
        timeoutMs: this.#timeoutMs,
      }).then((results) => [...results.all()]),
    );
    return new TopicPartitionMap(found.map(([partition, { offset }]) => [partition, offset]));
  }

  /** Offsets by time; the end of a log that has nothing as young. */
  async #atTime(
    partitions: readonly TopicPartition[],
    timestamp: number,
  ): Promise<TopicPartitionMap<number>> {
    const found = await this.#listed(partitions, { timestamp });
    const none = partitions.filter((partition) => (found.get(partition) ?? -1) < 0);
    for (const { topic, partition } of none) {
      this.#output.print(
        `\nWarn: Partition ${partition} from topic ${topic} is empty. Falling back to latest known offset.`,
      );
    }
    for (const [partition, offset] of await this.#listed(none, "latest")) {
      found.set(partition, offset);
    }
    return found;
  }

  async #shifted(
    group: string,
    partitions: readonly TopicPartition[],
  ): Promise<TopicPartitionMap<number>> {
    const by = this.#options.long("shift-by")!;
    const committed = await committedOffsets(this.#admin, group, this.#timeoutMs);
    return new TopicPartitionMap(partitions.map((partition) => {
      const current = committed.get(partition);
      if (current !== undefined && current !== null) return [partition, current.offset + by];
      throw illegalArgument(
        `Cannot shift offset for partition ${
          topicPartitionKey(partition)
        } since there is no current committed offset`,
      );
    }));
  }

  async #current(
    group: string,
    partitions: readonly TopicPartition[],
  ): Promise<TopicPartitionMap<number>> {
    const committed = await committedOffsets(this.#admin, group, this.#timeoutMs);
    const [known, unknown]: TopicPartition[][] = [[], []];
    for (const partition of partitions) {
      (committed.get(partition) ? known : unknown)!.push(partition);
    }
    const offsets = new TopicPartitionMap(
      known!.map((partition) => [partition, committed.get(partition)!.offset] as const),
    );
    for (const [partition, offset] of await this.#listed(unknown!, "latest")) {
      offsets.set(partition, offset);
    }
    return offsets;
  }

  #planText(): string {
    try {
      return readToolText(this.#io, this.#options.value("from-file")!);
    } catch (error) {
      throw error instanceof JavaException ? runtimeException(error) : error;
    }
  }

  async #fromFile(group: string): Promise<TopicPartitionMap<number>> {
    const plan = parseResetPlan(this.#planText(), this.#options.values("group")).get(group);
    if (plan !== undefined) return await this.#inRange(plan);
    this.#output.print(`\nError: No reset plan for group ${group} found`);
    return new TopicPartitionMap();
  }

  /** Offsets that are kept between the ends of their logs, with a warning for each that was not. */
  async #inRange(wanted: TopicPartitionMap<number>): Promise<TopicPartitionMap<number>> {
    const partitions = [...wanted].map(([partition]) => partition);
    const starts = await this.#listed(partitions, "earliest");
    const ends = await this.#listed(partitions, "latest");
    const warn = (partition: TopicPartition, offset: number, how: string, limit: number) =>
      this.#output.printError(logLine(
        this.#io.env.clock,
        "WARN",
        `New offset (${offset}) is ${how} offset for topic partition ${
          topicPartitionKey(partition)
        }. Value will be set to ${limit}`,
        "org.apache.kafka.tools.OffsetsUtils",
      ));
    const offsets = new TopicPartitionMap<number>();
    for (const [partition, offset] of inHashOrder(wanted, ([partition]) => partition)) {
      const [start, end] = [starts.get(partition)!, ends.get(partition)!];
      if (offset > end) warn(partition, offset, "higher than latest", end);
      else if (offset < start) warn(partition, offset, "lower than earliest", start);
      offsets.set(partition, offset > end ? end : Math.max(offset, start));
    }
    return offsets;
  }
}

/** Resets the offsets of groups; gives the new ones, of groups with members none. */
export async function resetOffsets(
  admin: Admin,
  groupIds: readonly string[],
  options: ToolOptions,
  timeoutMs: number,
  io: ClientToolIo,
  output: LineOutput,
): Promise<Map<string, TopicPartitionMap<number>>> {
  const reset = new OffsetReset(admin, options, timeoutMs, io, output);
  const described = await future(admin.describeConsumerGroups(groupIds, { timeoutMs }));
  const all = new Map<string, TopicPartitionMap<number>>();
  for (const [group] of hashMapOrder(new Map(groupIds.map((group) => [group, group])))) {
    const error = described.error(group);
    const isMissing = error instanceof KafkaError && error.code === "GROUP_ID_NOT_FOUND";
    const state = isMissing
      ? "Dead"
      : (await uncheckedFuture(Promise.resolve().then(() => described.get(group)))).groupState;
    if (state !== "Empty" && state !== "Dead") {
      output.print(
        `\nError: Assignments can only be reset if the group '${group}' is inactive, but the current state is ${state}.`,
      );
      all.set(group, new TopicPartitionMap());
      continue;
    }
    const offsets = await reset.offsetsOf(group);
    if (options.has("execute")) {
      const entries = [...offsets].map(([partition, offset]) => [partition, { offset }] as const);
      (await admin.alterConsumerGroupOffsets(group, entries, { timeoutMs })).all();
    }
    all.set(group, offsets);
  }
  return all;
}
