/**
 * The bytes of one file in memory, in chunks: growth never copies what is already there (but for the first chunk,
 * which doubles so that a small file stays small), holes cost nothing, and no more than one chunk is allocated ahead.
 */
export class MemoryContent {
  /** Bytes that are allocated at a time. */
  static readonly chunkSize: number = 64 * 1024;
  static readonly #smallest = 256;

  /** A missing chunk, and what lies behind the end of a short first one, is zeros. */
  #chunks = new Map<number, Uint8Array>();
  #size = 0;

  /** Size in bytes. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that are allocated. */
  get allocated(): number {
    let total = 0;
    for (const chunk of this.#chunks.values()) total += chunk.length;
    return total;
  }

  /** Reads up to `length` bytes at `position`; fewer only at the end. */
  read(position: number, target: Uint8Array, targetStart: number, length: number): number {
    if (!(position >= 0)) throw new RangeError(`Position must not be negative: ${position}`);
    const total = Math.max(0, Math.min(length, this.#size - position));
    let done = 0;
    while (done < total) {
      const at = position + done;
      const within = at % MemoryContent.chunkSize;
      const part = Math.min(total - done, MemoryContent.chunkSize - within);
      const chunk = this.#chunks.get((at - within) / MemoryContent.chunkSize);
      const from = targetStart + done;
      const there = chunk === undefined ? 0 : Math.max(0, Math.min(part, chunk.length - within));
      if (there > 0) target.set(chunk!.subarray(within, within + there), from);
      if (there < part) target.fill(0, from + there, from + part);
      done += part;
    }
    return total;
  }

  /** Writes `source[start, end)` at `position`. */
  write(position: number, source: Uint8Array, start = 0, end: number = source.length): void {
    if (!(position >= 0)) throw new RangeError(`Position must not be negative: ${position}`);
    let at = position;
    let from = start;
    while (from < end) {
      const within = at % MemoryContent.chunkSize;
      const part = Math.min(end - from, MemoryContent.chunkSize - within);
      const chunk = this.#chunk((at - within) / MemoryContent.chunkSize, within + part);
      chunk.set(source.subarray(from, from + part), within);
      at += part;
      from += part;
    }
    if (end > start && at > this.#size) this.#size = at;
  }

  /** Cuts, or extends with zeros. */
  truncate(size: number): void {
    if (size < this.#size) {
      const within = size % MemoryContent.chunkSize;
      const last = (size - within) / MemoryContent.chunkSize;
      for (const index of this.#chunks.keys()) {
        if (index > last || (index === last && within === 0)) this.#chunks.delete(index);
      }
      this.#chunks.get(last)?.fill(0, within);
    }
    this.#size = size;
  }

  /** An independent copy. */
  clone(): MemoryContent {
    const copy = new MemoryContent();
    copy.#size = this.#size;
    for (const [index, chunk] of this.#chunks) copy.#chunks.set(index, chunk.slice());
    return copy;
  }

  #chunk(index: number, needed: number): Uint8Array {
    const chunk = this.#chunks.get(index);
    if (chunk !== undefined && chunk.length >= needed) return chunk;
    let length = MemoryContent.chunkSize;
    if (index === 0 && this.#size <= MemoryContent.chunkSize) {
      length = Math.max(MemoryContent.#smallest, chunk?.length ?? 0);
      while (length < needed) length *= 2;
    }
    const grown = new Uint8Array(length);
    if (chunk !== undefined) grown.set(chunk);
    this.#chunks.set(index, grown);
    return grown;
  }
}
