/**
 * Tells the controller about the log directories of this broker: what is in them, and which have failed.
 *
 * @module
 */

import type { ControllerDriver } from "../controller/controller_driver.ts";
import type { ControllerContext, Decision } from "../controller/decision.ts";
import {
  assignReplicasToDirectories,
  failDirectories,
  type ReplicaPlacement,
} from "../controller/directory_changes.ts";
import type { DirectoryEvents } from "../replication/replica_manager.ts";
import type { Logger } from "../../storage/env.ts";

/** What a {@linkcode DirectoryReports} is made of. */
export interface DirectoryReportsOptions {
  /** Is told. */
  readonly controller: Pick<ControllerDriver, "submit">;
  /** Id of this broker. */
  readonly brokerId: number;
  /** Where to say that the controller could not be told. */
  readonly logger: Logger;
}

/**
 * Gathers what happens until the controller has its turn, and tells it all at once (Kafka's `AssignmentsManager`). What it could not
 * be told is told with the next event.
 */
export class DirectoryReports implements DirectoryEvents {
  readonly #placements: Report<ReplicaPlacement>;
  readonly #failures: Report<string>;

  /** @param options whom to tell, and for whom */
  constructor(options: DirectoryReportsOptions) {
    const { brokerId } = options;
    this.#placements = new Report(
      options,
      (context, placements) => assignReplicasToDirectories(context, brokerId, placements),
    );
    this.#failures = new Report(
      options,
      (context, directories) => failDirectories(context, brokerId, directories),
    );
  }

  /** A partition is in another directory than the metadata says. */
  assigned(topicId: string, partition: number, directoryId: string): void {
    this.#placements.add({ topicId, partition, directoryId });
  }

  /** A directory has failed. */
  failed(directoryId: string): void {
    this.#failures.add(directoryId);
  }
}

/** Things of one kind on their way to the controller. */
class Report<T> {
  readonly #options: DirectoryReportsOptions;
  readonly #decide: (context: ControllerContext, items: readonly T[]) => Decision<void>;
  #items: T[] = [];
  #isTelling = false;

  constructor(
    options: DirectoryReportsOptions,
    decide: (context: ControllerContext, items: readonly T[]) => Decision<void>,
  ) {
    this.#options = options;
    this.#decide = decide;
  }

  add(item: T): void {
    this.#items.push(item);
    if (!this.#isTelling) void this.#tell();
  }

  async #tell(): Promise<void> {
    const { controller, logger } = this.#options;
    this.#isTelling = true;
    try {
      while (this.#items.length > 0) {
        await controller.submit((context) => this.#decide(context, this.#items.splice(0)));
      }
    } catch (error) {
      logger.write("error", "Failed to tell the controller about log directories", { error });
    } finally {
      this.#isTelling = false;
    }
  }
}
