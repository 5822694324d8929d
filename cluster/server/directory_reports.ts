/**
 * Tells the controller in which log directories the replicas of this broker are.
 *
 * @module
 */

import type { ControllerDriver } from "../controller/controller_driver.ts";
import {
  assignReplicasToDirectories,
  type ReplicaPlacement,
} from "../controller/directory_changes.ts";
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
 * Gathers what is assigned until the controller has its turn, and tells it all at once (Kafka's `AssignmentsManager`). What it could not
 * be told is told with the next event.
 */
export class DirectoryReports {
  readonly #options: DirectoryReportsOptions;
  #placements: ReplicaPlacement[] = [];
  #isTelling = false;

  /** @param options whom to tell, and for whom */
  constructor(options: DirectoryReportsOptions) {
    this.#options = options;
  }

  /** A partition is in another directory than the metadata says. */
  assigned(topicId: string, partition: number, directoryId: string): void {
    this.#placements.push({ topicId, partition, directoryId });
    if (!this.#isTelling) void this.#tell();
  }

  async #tell(): Promise<void> {
    const { controller, brokerId, logger } = this.#options;
    this.#isTelling = true;
    try {
      while (this.#placements.length > 0) {
        await controller.submit((context) =>
          assignReplicasToDirectories(context, brokerId, this.#placements.splice(0))
        );
      }
    } catch (error) {
      logger.write("error", "Failed to tell the controller about log directories", { error });
    } finally {
      this.#isTelling = false;
    }
  }
}
