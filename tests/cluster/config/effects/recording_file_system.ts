/** Files in memory that note what segments are read into. */

import type { LogFile } from "../../../../storage/file/file_system.ts";
import { MemoryFileSystem } from "../../../../storage/file/memory_file_system.ts";

/** Keeps the sizes of the buffers that data files were read into. */
export class RecordingFileSystem extends MemoryFileSystem {
  /** The sizes so far; may be emptied. */
  readonly buffers: Set<number> = new Set();

  override open(...options: Parameters<MemoryFileSystem["open"]>): LogFile {
    const file = super.open(...options);
    const read = file.read.bind(file);
    file.read = (position, target, targetStart, length) => {
      if (file.path.endsWith(".log")) this.buffers.add(target.length);
      return read(position, target, targetStart, length);
    };
    return file;
  }
}
