import { LogDirError } from "../../storage/errors.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";

/** Renames and removals fail once so many were made. */
export class LimitedFileSystem extends MemoryFileSystem {
  remaining = Infinity;

  override rename(from: string, to: string): void {
    this.#count(from);
    super.rename(from, to);
  }

  override remove(path: string): void {
    this.#count(path);
    super.remove(path);
  }

  override open(path: string, options?: Parameters<MemoryFileSystem["open"]>[1]) {
    const file = super.open(path, options);
    const rename = file.rename.bind(file);
    file.rename = (to) => {
      this.#count(path);
      rename(to);
    };
    return file;
  }

  #count(path: string): void {
    if (this.remaining-- <= 0) throw new LogDirError(path, `Cannot rename file: ${path}`);
  }
}
