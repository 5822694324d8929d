/**
 * The mark of a clean stop in a log directory: while it is there, what the recovery points say can be relied on.
 *
 * @module
 */

import { CLEAN_SHUTDOWN_FILE } from "./file_names.ts";
import type { FileSystem } from "./file_system.ts";
import { joinPath } from "./paths.ts";
import { readTextFile } from "./text_file.ts";

/** Version of the content. */
const CURRENT_VERSION = 0;
/** Stands for no broker epoch. */
export const NO_BROKER_EPOCH: number = -1;

/**
 * The file `.kafka_cleanshutdown`: `{"version":0,"brokerEpoch":N}`. As
 * `org.apache.kafka.storage.internals.checkpoint.CleanShutdownFileHandler`.
 */
export class CleanShutdownFile {
  readonly #fileSystem: FileSystem;
  readonly #directory: string;

  /**
   * The file need not be there.
   *
   * @param directory the log directory
   */
  constructor(fileSystem: FileSystem, directory: string) {
    this.#fileSystem = fileSystem;
    this.#directory = directory;
  }

  /** Where the file is. */
  get path(): string {
    return joinPath(this.#directory, CLEAN_SHUTDOWN_FILE);
  }

  /** Whether the last stop was a clean one. */
  get exists(): boolean {
    return this.#fileSystem.stat(this.path) !== undefined;
  }

  /**
   * Writes the mark; only after everything else in the directory was flushed. It survives a power cut once this returns.
   *
   * @param brokerEpoch the epoch that the controller gave the broker, -1 without a broker
   */
  write(brokerEpoch: number = NO_BROKER_EPOCH): void {
    const content = JSON.stringify({ version: CURRENT_VERSION, brokerEpoch });
    const file = this.#fileSystem.open(this.path, { create: true });
    try {
      file.truncate(0);
      file.write(0, new TextEncoder().encode(content));
      file.flushSync();
    } finally {
      file.close();
    }
    this.#fileSystem.flushDirectory(this.#directory);
  }

  /**
   * The broker epoch of the last stop; `undefined` when there was none, or nothing can be made of the file (which does not
   * take from its being there).
   */
  read(): number | undefined {
    try {
      const content = JSON.parse(readTextFile(this.#fileSystem, this.path) ?? "null");
      const epoch: unknown = content?.brokerEpoch;
      return Number.isSafeInteger(epoch) ? epoch as number : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Takes the mark away, before anything is written. Kafka does not flush the directory after it; without that a power cut
   * brings the mark back, and with it trust in a log that was being written.
   */
  delete(): void {
    if (!this.exists) return;
    this.#fileSystem.remove(this.path);
    this.#fileSystem.flushDirectory(this.#directory);
  }
}
