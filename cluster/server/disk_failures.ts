/**
 * When the failure of disks leaves a broker nothing to go on with.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { LogDirError } from "../../storage/errors.ts";
import { normalizePath } from "../../storage/log_manager/log_directories.ts";

/** What {@linkcode DiskFailures} need. */
export interface DiskFailuresOptions {
  /** All log directories. */
  readonly logDirs: readonly string[];
  /** The one that has the metadata log. */
  readonly metadataLogDir: string;
  /** Where to say why the broker stops. */
  readonly logger: Logger;
  /** Told once, when the broker cannot go on. */
  readonly onFatal: (error: LogDirError) => void;
}

/** Watches for the failures after which Kafka ends its process: of all log directories, or of the one with the metadata log. */
export class DiskFailures {
  readonly #options: DiskFailuresOptions;
  #isFatal = false;

  /** @param options the directories, and whom to tell */
  constructor(options: DiskFailuresOptions) {
    this.#options = options;
  }

  /**
   * A log directory has gone offline.
   *
   * @param live those that are left
   */
  logDirFailed(path: string, live: readonly string[], cause: unknown): void {
    const { logDirs, metadataLogDir } = this.#options;
    if (live.length === 0) {
      this.#fail(path, `all log dirs in ${logDirs.join(", ")} have failed`, cause);
    } else if (normalizePath(path) === normalizePath(metadataLogDir)) {
      this.metadataLogFailed(cause);
    }
  }

  /** The metadata log cannot be written any more. */
  metadataLogFailed(cause: unknown): void {
    const { metadataLogDir } = this.#options;
    this.#fail(metadataLogDir, `the metadata log dir ${metadataLogDir} has failed`, cause);
  }

  #fail(path: string, reason: string, cause: unknown): void {
    if (this.#isFatal) return;
    this.#isFatal = true;
    const error = new LogDirError(path, `Shutdown broker because ${reason}`, { cause });
    this.#options.logger.write("error", error.message, { cause });
    this.#options.onFatal(error);
  }
}
