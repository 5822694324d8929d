/**
 * Having the controller settle who is in sync (Kafka's `AlterPartitionManager`, KIP-497).
 *
 * @module
 */

import { type ErrorName, errorName } from "../../client/protocol/error_codes.ts";
import type {
  AlterPartitionRequest,
  AlterPartitionResponse,
} from "../../client/protocol/messages/alter_partition.ts";
import type { Env } from "../../storage/env.ts";
import { topicPartitionKey } from "../../storage/file/file_names.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import type { IsrProposal } from "./in_sync_replicas.ts";
import type { Partition } from "./partition.ts";

/** Asks the active controller, whichever that is. */
export type AlterPartition = (
  request: Draft<AlterPartitionRequest>,
  signal: AbortSignal,
) => Promise<AlterPartitionResponse>;

/** What an {@linkcode AlterPartitionManager} needs. */
export interface AlterPartitionManagerOptions {
  /** Clock and logger. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** Id of this broker. */
  readonly brokerId: number;
  /** Epoch of its registration. */
  readonly brokerEpoch: () => number;
  /** Asks the controller. */
  readonly alterPartition: AlterPartition;
  /** Told when a high watermark has moved. */
  readonly onMoved: (partition: Partition) => void;
}

/** How long to wait before the controller is asked again that could not be, ms. */
const RETRY_MS = 50;

/** The controller knows the proposal was not carried out, and that nothing is newer. */
const REJECTED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "OPERATION_NOT_ATTEMPTED",
  "INELIGIBLE_REPLICA",
]);

/** The controller knows of something newer, which the metadata will bring. */
const OUTDATED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "UNKNOWN_TOPIC_ID",
  "FENCED_LEADER_EPOCH",
  "INVALID_UPDATE_VERSION",
  "INVALID_REQUEST",
  "NEW_LEADER_ELECTED",
]);

/** Sends proposals, all that there are in one request, and one request at a time. */
export class AlterPartitionManager {
  readonly #options: AlterPartitionManagerOptions;
  readonly #stopping = new AbortController();
  readonly #proposals = new Map<Partition, IsrProposal>();
  #sending: Promise<void> | undefined;

  /** Has nothing to ask. */
  constructor(options: AlterPartitionManagerOptions) {
    this.#options = options;
  }

  /** Has a proposal settled, however long that takes; metadata that says otherwise overtakes it. */
  submit(partition: Partition, proposal: IsrProposal): void {
    if (this.#stopping.signal.aborted) return;
    this.#proposals.set(partition, proposal);
    this.#sending ??= this.#sendAll().finally(() => this.#sending = undefined);
  }

  /** Asks nothing more. */
  async shutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { signal } = this.#stopping;
    const { env: { clock, logger } } = this.#options;
    // Those that come in the same turn go into the same request.
    await Promise.resolve();
    while (!signal.aborted) {
      for (const [partition, proposal] of this.#proposals) {
        if (!partition.isProposed(proposal)) this.#proposals.delete(partition);
      }
      if (this.#proposals.size === 0) return;
      const asked = [...this.#proposals];
      try {
        if (
          this.#answered(asked, await this.#options.alterPartition(this.#request(asked), signal))
        ) {
          continue;
        }
      } catch (error) {
        if (signal.aborted) return;
        logger.write("warn", "Could not ask the controller to change ISRs; retrying", { error });
      }
      await clock.sleep(RETRY_MS, signal).catch(() => {});
    }
  }

  #request(asked: readonly [Partition, IsrProposal][]): Draft<AlterPartitionRequest> {
    const { brokerId, brokerEpoch } = this.#options;
    const epoch = brokerEpoch();
    const topics = Map.groupBy(asked, ([{ topicId }]) => topicId);
    return {
      brokerId,
      brokerEpoch: epoch,
      topics: [...topics].map(([topicId, asked]) => ({
        topicId,
        partitions: asked.map(([partition, { isr }]) => ({
          partitionIndex: partition.topicPartition.partition,
          leaderEpoch: partition.leaderEpoch,
          partitionEpoch: partition.partitionEpoch,
          newIsrWithEpochs: [...isr].map(([id, fetchedIn]) => ({
            brokerId: id,
            brokerEpoch: id === brokerId ? epoch : fetchedIn,
          })),
        })),
      })),
    };
  }

  /** Takes an answer over. Returns whether the next request need not wait. */
  #answered(
    asked: readonly [Partition, IsrProposal][],
    { errorCode, topics }: AlterPartitionResponse,
  ): boolean {
    const { logger } = this.#options.env;
    if (errorCode !== 0) {
      const error = errorName(errorCode);
      logger.write("warn", "The controller did not change ISRs; retrying", { error });
      return false;
    }
    const answers = new Map(topics.map(({ topicId, partitions }) => [
      topicId,
      new Map(partitions.map((one) => [one.partitionIndex, one])),
    ]));
    let isSettled = true;
    for (const [partition, proposal] of asked) {
      const answer = answers.get(partition.topicId)?.get(partition.topicPartition.partition);
      const error = answer === undefined ? "UNKNOWN_SERVER_ERROR" : errorName(answer.errorCode);
      if (error === "NONE") this.#settled(partition, proposal, answer!);
      else if (REJECTED.has(error)) partition.isrRejected(proposal);
      else if (!OUTDATED.has(error)) {
        isSettled = false;
        this.#log(partition, proposal, "warn", "Failed to change an ISR; retrying", error);
        continue;
      }
      if (error !== "NONE") {
        this.#log(partition, proposal, "info", "The controller refused to change an ISR", error);
      }
      if (this.#proposals.get(partition) === proposal) this.#proposals.delete(partition);
    }
    return isSettled;
  }

  #settled(
    partition: Partition,
    proposal: IsrProposal,
    settled: Parameters<Partition["isrAltered"]>[1],
  ): void {
    const moved = partition.isrAltered(proposal, settled);
    if (moved === undefined) return;
    this.#log(partition, proposal, "info", "ISR updated", undefined);
    if (moved) this.#options.onMoved(partition);
  }

  #log(
    partition: Partition,
    { isr }: IsrProposal,
    level: "info" | "warn",
    text: string,
    error: ErrorName | undefined,
  ): void {
    this.#options.env.logger.write(level, text, {
      partition: topicPartitionKey(partition.topicPartition),
      proposed: [...isr.keys()],
      isr: [...partition.isr],
      partitionEpoch: partition.partitionEpoch,
      ...(error === undefined ? {} : { error }),
    });
  }
}
