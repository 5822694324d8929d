/**
 * Telling the controller in which log directories the replicas of this broker are (KIP-858).
 *
 * @module
 */

import { errorName, KafkaError } from "../../client/protocol/error_codes.ts";
import {
  assignReplicasToDirs,
  type AssignReplicasToDirsRequest,
  type AssignReplicasToDirsResponse,
} from "../../client/protocol/messages/assign_replicas_to_dirs.ts";
import type { Env } from "../../storage/env.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import type { ControllerChannel } from "./controller_channel.ts";

/** A request names no more replicas than this. */
const MAX_ASSIGNMENTS = 2250;
/** The first wait after a failure, and the longest, ms. */
const BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 10_000;

/** What an {@linkcode AssignmentsManager} is made of. */
export interface AssignmentsManagerOptions {
  /** Clock and logger. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** Id of this broker. */
  readonly brokerId: number;
  /** Epoch of its registration. */
  readonly brokerEpoch: () => number;
  /** To the controller; nobody else uses it, and it ends with the manager. */
  readonly channel: ControllerChannel;
  /** The metadata, of which replicas are passed over that are not to be here any more. */
  readonly image: () => Pick<MetadataImage, "topics" | "metadataVersion">;
}

/** A replica and its directory. */
interface Assignment {
  readonly topicId: string;
  readonly partition: number;
  readonly directoryId: string;
}

/**
 * Tells of all replicas that there are to tell of in one request, and sends one request at a time, until the controller has taken
 * each over (Kafka's `AssignmentsManager`).
 */
export class AssignmentsManager {
  readonly #options: AssignmentsManagerOptions;
  readonly #stopping = new AbortController();
  /** By replica: only where it is last counts. */
  readonly #ready = new Map<string, Assignment>();
  #telling: Promise<void> | undefined;

  /** Has nothing to tell. */
  constructor(options: AssignmentsManagerOptions) {
    this.#options = options;
  }

  /** A partition is in another directory than the metadata says. */
  assigned(topicId: string, partition: number, directoryId: string): void {
    this.#ready.set(keyOf({ topicId, partition }), { topicId, partition, directoryId });
    this.#work();
  }

  /** Tells nothing any more. */
  async shutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#options.channel.shutdown();
    await this.#telling;
  }

  #work(): void {
    if (this.#stopping.signal.aborted) return;
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined;
      if (this.#ready.size > 0) this.#work();
    });
  }

  async #tellAll(): Promise<void> {
    const { env: { clock, logger }, channel } = this.#options;
    const { signal } = this.#stopping;
    // Those that come in the same turn go into the same request.
    await Promise.resolve();
    for (let failures = 0; !signal.aborted;) {
      const sent = this.#take();
      if (sent.size === 0) return;
      try {
        const answer = await channel.send(assignReplicasToDirs, this.#request(sent));
        if (answer.errorCode !== 0) throw new KafkaError(errorName(answer.errorCode));
        for (const { key, error } of resultsOf(answer)) {
          if (error === "NONE") sent.delete(key);
          else logger.write("debug", "A replica was not assigned", { replica: key, error });
        }
        failures = sent.size === 0 ? 0 : failures + 1;
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        logger.write("error", "Failed to tell the controller about log directories; retrying", {
          replicas: sent.size,
          error,
        });
      }
      // Where a replica has gone since counts, not where it was.
      for (const [key, open] of sent) if (!this.#ready.has(key)) this.#ready.set(key, open);
      if (failures === 0) continue;
      const backoffMs = Math.min(BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS);
      await clock.sleep(backoffMs, signal).catch(() => {});
    }
  }

  /** Takes what is to be sent next, without those that the controller would refuse. */
  #take(): Map<string, Assignment> {
    const { brokerId, image } = this.#options;
    const { topics, metadataVersion } = image();
    const { directoryAssignment } = metadataVersionAbilities(metadataVersion);
    const taken = new Map<string, Assignment>();
    for (const [key, assignment] of this.#ready) {
      if (taken.size === MAX_ASSIGNMENTS) break;
      this.#ready.delete(key);
      const { topicId, partition } = assignment;
      const replicas = topics.byId.get(topicId)?.partitions.get(partition)?.replicas;
      if (directoryAssignment && replicas?.includes(brokerId)) taken.set(key, assignment);
    }
    return taken;
  }

  #request(sent: ReadonlyMap<string, Assignment>): Draft<AssignReplicasToDirsRequest> {
    const { brokerId, brokerEpoch } = this.#options;
    const byDirectory = Map.groupBy(sent.values(), ({ directoryId }) => directoryId);
    return {
      brokerId,
      brokerEpoch: brokerEpoch(),
      directories: [...byDirectory].map(([id, assignments]) => ({
        id,
        topics: [...Map.groupBy(assignments, ({ topicId }) => topicId)].map(([topicId, own]) => ({
          topicId,
          partitions: own.map(({ partition: partitionIndex }) => ({ partitionIndex })),
        })),
      })),
    };
  }
}

function keyOf({ topicId, partition }: Pick<Assignment, "topicId" | "partition">): string {
  return `${topicId}-${partition}`;
}

function resultsOf({ directories }: AssignReplicasToDirsResponse) {
  return directories.flatMap(({ topics }) =>
    topics.flatMap(({ topicId, partitions }) =>
      partitions.map(({ partitionIndex: partition, errorCode }) => ({
        key: keyOf({ topicId, partition }),
        error: errorName(errorCode),
      }))
    )
  );
}
