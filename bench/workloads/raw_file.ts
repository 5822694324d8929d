/**
 * The disk without the engine: what the same bytes cost when nothing is checked, indexed or remembered.
 *
 * @module
 */

import fs from "node:fs";
import { megabytesPerSecond } from "./log.ts";

/** Writes chunks in turn with `writeSync` until `bytes` are written: MB/s. */
export function rawWrite(file: string, chunks: readonly Uint8Array[], bytes: number): number {
  const fd = fs.openSync(file, "w");
  const start = performance.now();
  let position = 0;
  for (let i = 0; position < bytes; i++) {
    const chunk = chunks[i % chunks.length]!;
    position += fs.writeSync(fd, chunk, 0, chunk.length, position);
  }
  const figure = megabytesPerSecond(position, start);
  fs.closeSync(fd);
  return figure;
}

/** Reads a file 1 MiB at a time at its positions: MB/s. */
export function rawRead(file: string): number {
  const buffer = new Uint8Array(1 << 20);
  const fd = fs.openSync(file, "r");
  const start = performance.now();
  let position = 0;
  for (let read = 1; read > 0; position += read) {
    read = fs.readSync(fd, buffer, 0, buffer.length, position);
  }
  const figure = megabytesPerSecond(position, start);
  fs.closeSync(fd);
  return figure;
}

/** Writes a chunk and waits for the disk, `count` times: median µs. */
export async function rawWriteAndSync(file: string, chunk: number, count: number): Promise<number> {
  const source = crypto.getRandomValues(new Uint8Array(chunk));
  const fd = fs.openSync(file, "w");
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    fs.writeSync(fd, source, 0, chunk, i * chunk);
    await new Promise<void>((resolve, reject) =>
      fs.fdatasync(fd, (error) => error ? reject(error) : resolve())
    );
    times[i] = performance.now() - start;
  }
  fs.closeSync(fd);
  return times.sort()[count >> 1]! * 1000;
}
